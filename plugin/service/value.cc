#include "service/value.h"

#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "base/text.h"
#include "service/host_name.h"
#include "service/secret_file.h"

namespace ucm::service {

namespace {

Settings& owner(const Target& target, const Settings*) {
  return *target.settings;
}
net::Limits& owner(const Target& target, const net::Limits*) {
  return *target.limits;
}
net::Endpoint& owner(const Target& target, const net::Endpoint*) {
  return *target.endpoint;
}
PbxSettings& owner(const Target& target, const PbxSettings*) {
  return *target.pbx;
}

ApiSettings& owner(const Target& target, const ApiSettings*) {
  return *target.api;
}

AlertSettings& owner(const Target& target, const AlertSettings*) {
  return target.pbx->alerts;
}

// As curl and we write it: 32 bytes in base64.
bool is_pin(std::string_view value) {
  constexpr std::string_view kHead = "sha256//";
  constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr std::size_t kDigits = 43;
  if (!value.starts_with(kHead)) return false;
  value.remove_prefix(kHead.size());
  return value.size() == kDigits + 1 && value.ends_with('=') && value.find_first_not_of(kBase64) == kDigits;
}

bool printable(std::string_view value) {
  return std::ranges::none_of(value,
                              [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

template <class Number>
requires std::is_integral_v<Number> Valued set(const Option& option, const std::string& value,
                                               Number& place) {
  const auto number = whole_number(value);
  if (!number || *number < option.range.least || *number > option.range.most) {
    return {text("\"{}\" is not what it takes: {}", value, values_of(option)), {}};
  }
  place = static_cast<Number>(*number);
  return {};
}

Valued set(const Option&, const std::string& value, bool& place) {
  constexpr std::string_view kYes[] = {"true", "yes", "on"};
  constexpr std::string_view kNo[] = {"false", "no", "off"};
  const auto is = [&](std::string_view word) { return equal_ignoring_case(word, value); };
  if (std::ranges::any_of(kYes, is)) {
    place = true;
  } else if (std::ranges::any_of(kNo, is)) {
    place = false;
  } else {
    return {text("\"{}\" is neither true nor false", value), {}};
  }
  return {};
}

Valued set_secret_of_file(const std::string& path, std::string& place) {
  // A password written here by mistake is not repeated.
  if (!path.starts_with('/')) return {"needs an absolute path", {}};
  auto secret = read_secret_file(path);
  if (!secret) return {secret.error().what, {}};
  place = secret.value().text;
  if (!secret.value().readable_by_others) return {};
  return {{}, text("{} can be read by every user of this machine: chmod o-r {}", path, path)};
}

Valued set(const Option& option, const std::string& value, std::string& place) {
  if (option.kind == Kind::secret_file) return set_secret_of_file(value, place);
  if (!printable(value)) return {"holds control characters", {}};
  if (option.kind == Kind::path && !value.starts_with('/')) {
    return {text("\"{}\" is not an absolute path", value), {}};
  }
  if (option.kind == Kind::digits && value.find_first_not_of("0123456789") != std::string::npos) {
    return {text("\"{}\" is not what it takes: {}", value, values_of(option)), {}};
  }
  if (option.kind == Kind::name && !is_safe_host(value)) {
    return {text("\"{}\" is not a name that every writer can use; \"{}\" is", value, safe_host(value)), {}};
  }
  if (option.kind == Kind::pin && !is_pin(value)) {
    return {text("\"{}\" is no pin: it is sha256// and 44 characters, as `ucmctl check` prints it", value),
            {}};
  }
  if (option.kind == Kind::tls && !net::is_tls_version(value)) {
    return {text("\"{}\" is not what it takes: {}", value, values_of(option)), {}};
  }
  place = value;
  return {};
}

Valued set(const Option& option, const std::string& value, LevelFormula& place) {
  const auto formula = level_formula_named(value);
  if (!formula) return {text("\"{}\" is not what it takes: {}", value, values_of(option)), {}};
  place = *formula;
  return {};
}

// Lists that a line sets anew.
Valued set_all(const Option& option, const std::vector<std::string>& values,
               std::vector<std::string>& place) {
  std::vector<std::string> words;
  for (std::string_view value : values) {
    while (!(value = trimmed(value)).empty()) {
      const std::string_view word = value.substr(0, value.find(' '));
      if (word.find_first_not_of("0123456789+*#") != std::string_view::npos || word.rfind('+') + 1 > 1) {
        return {text("\"{}\" is not what it takes: {}", word, values_of(option)), {}};
      }
      words.emplace_back(word);
      value.remove_prefix(word.size());
    }
  }
  place = std::move(words);
  return {};
}

Valued set_all(const Option&, const std::vector<std::string>& values, BusinessHours& place) {
  BusinessHours hours;
  for (const std::string& value : values) {
    if (value.empty() && values.size() == 1) break;
    if (auto added = hours.add(value); !added) return {added.error().what, {}};
  }
  place = hours;
  return {};
}

Valued add(const Option& option, const std::vector<std::string>& values,
           std::map<std::string, std::int64_t, std::less<>>& place) {
  const auto number = values.size() == 2 ? whole_number(values[1]) : std::nullopt;
  if (!number || values[0].empty() || *number < option.range.least || *number > option.range.most) {
    return {text("takes the name of a trunk and a number from {} to {}, like \"main\" 30", option.range.least,
                 option.range.most),
            {}};
  }
  place.insert_or_assign(values[0], *number);
  return {};
}

Valued add(const Option&, const std::vector<std::string>& values, std::vector<net::Network>& place) {
  std::vector<net::Network> networks;
  for (const std::string& value : values) {
    if (equal_ignoring_case(value, "any")) {
      networks.push_back({net::Address{}, 0});
      continue;
    }
    const auto network = net::parse_network(value);
    if (!network) {
      return {text("\"{}\" is neither an address, nor a network like 192.168.2.0/24, nor any", value), {}};
    }
    networks.push_back(*network);
  }
  place.insert(place.end(), networks.begin(), networks.end());
  return {};
}

}  // namespace

Valued set_value(const Option& option, const std::vector<std::string>& values, const Target& target) {
  if (values.empty()) return {"has no value", {}};
  const auto visitor = [&]<class Owner, class Member>(Member Owner::*place) -> Valued {
    Member& member = owner(target, static_cast<const Owner*>(nullptr)).*place;
    constexpr bool kAddsUp = std::is_same_v<Member, std::vector<net::Network>> ||
                             std::is_same_v<Member, std::map<std::string, std::int64_t, std::less<>>>;
    constexpr bool kList =
        std::is_same_v<Member, std::vector<std::string>> || std::is_same_v<Member, BusinessHours>;
    if constexpr (kAddsUp) {
      return add(option, values, member);
    } else if constexpr (kList) {
      return set_all(option, values, member);
    } else {
      if (values.size() != 1) return {"takes one value", {}};
      return set(option, values.front(), member);
    }
  };
  return std::visit(visitor, option.place);
}

}  // namespace ucm::service
