#include "service/pbx_block.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "service/api_block.h"
#include "service/block.h"
#include "service/countries.h"
#include "service/host_name.h"

namespace ucm::service {

namespace {

bool share_a_network(const PbxSettings& a, const PbxSettings& b) {
  return std::ranges::any_of(a.from, [&](const net::Network& mine) {
    return std::ranges::any_of(b.from, [&](const net::Network& theirs) {
      return mine.base == theirs.base && mine.prefix == theirs.prefix;
    });
  });
}

// Where two networks overlap the longer prefix decides; where they are the same only the serial number can.
bool told_apart(const ConfigNode& node, const PbxSettings& pbx, const PbxSettings& other,
                const Remarks& remarks) {
  if (!share_a_network(pbx, other)) return true;
  const std::string serial = spelled("Serial", remarks.dialect);
  const std::string from = spelled("From", remarks.dialect);
  if (pbx.serial.empty() && other.serial.empty()) {
    remarks.error(node, from,
                  text("is the same as that of PBX {}, and nothing tells them apart: give both a {}",
                       other.name, serial));
    return false;
  }
  if (equal_ignoring_case(pbx.serial, other.serial)) {
    remarks.error(node, serial,
                  text("is the same as that of PBX {}, which pushes from the same address", other.name));
    return false;
  }
  if (pbx.serial.empty() || other.serial.empty()) {
    const PbxSettings& nameless = pbx.serial.empty() ? pbx : other;
    remarks.warning(
        node, serial,
        text("missing for PBX {}: every record from the shared address whose serial number is not "
             "known is counted there",
             nameless.name));
  }
  return true;
}

bool zone_is_sound(const ConfigNode& node, PbxSettings& pbx, const Remarks& remarks) {
  Result<api::ZoneSetting> zone = api::ZoneSetting::read(pbx.time_zone);
  if (!zone) {
    remarks.error(node, spelled("TimeZone", remarks.dialect), zone.error().what);
    return false;
  }
  pbx.zone = std::move(zone).value();
  return true;
}

bool new_among(const ConfigNode& node, const PbxSettings& pbx, const std::vector<PbxSettings>& others,
               const Remarks& remarks) {
  for (const PbxSettings& other : others) {
    if (pbx.name == other.name) {
      remarks.error(node, "", "a PBX of this name stands above already");
      return false;
    }
    if (pbx.host == other.host) {
      remarks.error(node, spelled("Host", remarks.dialect),
                    text("\"{}\" is the value host of PBX {} already", pbx.host, other.name));
      return false;
    }
    if (!told_apart(node, pbx, other, remarks)) return false;
  }
  return true;
}

// Hours that were given and not understood are not all hours: nobody wants to be called at night for that.
void check_hours(const ConfigNode& node, const std::vector<const ConfigNode*>& children,
                 AlertSettings& alerts, const Remarks& remarks) {
  if (alerts.hours.known()) return;
  const std::string hours = spelled("BusinessHours", remarks.dialect);
  const bool given = std::ranges::any_of(children, [&](const ConfigNode* child) {
    return means(child->key, "BusinessHours", remarks.dialect) && !child->values.empty() &&
           !(child->values.size() == 1 && child->values.front().empty());
  });
  if (given && std::exchange(alerts.push_silent_s, 0) > 0) {
    remarks.warning(node, spelled("PushSilent", remarks.dialect),
                    text("is off until {} can be understood", hours));
  }
  if (std::exchange(alerts.out_of_hours_calls, 0) > 0) {
    remarks.warning(node, spelled("OutOfHoursCalls", remarks.dialect),
                    text("does nothing without {}", hours));
  }
}

// A code that no number begins with would make every call one abroad.
void check_home(const ConfigNode& node, AlertSettings& alerts, const Remarks& remarks) {
  const std::string code = alerts.home_country;
  const Country* country = country_of(code);
  if (code.empty() || (country != nullptr && country->code == code)) return;
  remarks.warning(
      node, spelled("HomeCountry", remarks.dialect),
      text("\"{}\" is no country code; it is like 49, without + and 00, and 1 in North America: it "
           "stays unset",
           code));
  alerts.home_country.clear();
}

}  // namespace

std::optional<PbxSettings> read_pbx(const ConfigNode& node, const std::vector<PbxSettings>& others,
                                    Dialect dialect, std::vector<Finding>& findings) {
  const std::string block = spelled("PBX", dialect);
  const Remarks nameless{block, dialect, findings};
  if (node.values.size() != 1) {
    nameless.error(node, "", "needs one name, like \"hq\"");
    return std::nullopt;
  }
  PbxSettings pbx;
  pbx.name = node.values.front();
  if (!is_safe_host(pbx.name)) {
    nameless.error(
        node, "",
        text("\"{}\" is not a name that every writer can use; \"{}\" is", pbx.name, safe_host(pbx.name)));
    return std::nullopt;
  }
  pbx.host = pbx.name;
  const Remarks remarks{text("{} {}", block, pbx.name), dialect, findings};
  std::vector<const ConfigNode*> children;
  bool asked = false;  // whether an API block stands there, a bad one too
  for (const ConfigNode& child : node.children) {
    if (!means(child.key, "API", dialect)) {
      children.push_back(&child);
      continue;
    }
    if (std::exchange(asked, true))
      remarks.warning(child, spelled("API", dialect), "stands more than once; the last one holds");
    pbx.api = read_api(child, pbx.name, dialect, findings);
  }
  Target target;
  target.pbx = &pbx;
  const BlockReading said = read_block(children, kPbx, target, remarks);
  if (!said.sound || !zone_is_sound(node, pbx, remarks)) return std::nullopt;
  if (pbx.from.empty() && !pbx.api) {
    const std::string from = spelled("From", dialect);
    remarks.error(node, from, text("is missing: nothing can arrive for this PBX. Add its address: {}", from));
    return std::nullopt;
  }
  if (!new_among(node, pbx, others, remarks)) return std::nullopt;
  check_hours(node, children, pbx.alerts, remarks);
  check_home(node, pbx.alerts, remarks);
  return pbx;
}

}  // namespace ucm::service
