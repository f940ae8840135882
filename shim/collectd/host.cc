#include "shim/collectd/host.h"

#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/guard.h"
#include "base/text.h"

// The daemon's headers have no C++ guards, and define ERROR, INFO and the like.
extern "C" {
#include "collectd/core/daemon/collectd.h"
#include "collectd/core/daemon/plugin.h"
#include "collectd/core/utils/common/common.h"
}

static_assert(DATA_MAX_NAME_LEN == 128, "built for the identifiers of collectd 5.6 to 5.13");

namespace ucm::collectd {

namespace {

Callbacks callbacks{};  // trivial: nothing runs for it at load or at exit
plugin_ctx_t context{};

std::string as_text(const oconfig_value_t& value) {
  switch (value.type) {
    case OCONFIG_TYPE_STRING:
      return value.value.string;
    case OCONFIG_TYPE_NUMBER:
      return text("{}", value.value.number);
    case OCONFIG_TYPE_BOOLEAN:
      return value.value.boolean != 0 ? "true" : "false";
    default:
      return {};
  }
}

service::ConfigNode as_node(const oconfig_item_t& item) {
  service::ConfigNode node;
  node.key = item.key;
  for (int i = 0; i < item.values_num; ++i) node.values.push_back(as_text(item.values[i]));
  for (int i = 0; i < item.children_num; ++i) node.children.push_back(as_node(item.children[i]));
  return node;
}

template <std::size_t size>
void put(char (&field)[size], std::string_view value) noexcept {
  const std::string_view whole = cut_to(value, size - 1);
  std::memcpy(field, whole.data(), whole.size());
  field[whole.size()] = '\0';
}

int severity_of(metrics::Urgency urgency) noexcept {
  switch (urgency) {
    case metrics::Urgency::failure:
      return NOTIF_FAILURE;
    case metrics::Urgency::warning:
      return NOTIF_WARNING;
    case metrics::Urgency::okay:
      return NOTIF_OKAY;
  }
  return NOTIF_WARNING;
}

// Through a C boundary nothing is thrown; the callbacks themselves are noexcept, what is made for them is
// not.
extern "C" {

static int on_config(oconfig_item_t* item) {
  const auto report = [](const char* what) noexcept { plugin_log(LOG_ERR, "ucm plugin: config: %s", what); };
  return guarded([item] { return callbacks.config(as_node(*item)); }, report, -1);
}

static int on_init() {
  return callbacks.init();
}

static int on_read() {
  return callbacks.read();
}

static int on_flush(cdtime_t /*timeout*/, const char* /*identifier*/, user_data_t* /*unused*/) {
  return callbacks.flush();
}

static int on_shutdown() {
  return callbacks.shutdown();
}

}  // extern "C"

}  // namespace

void enroll(const Callbacks& given) {
  callbacks = given;
  plugin_register_complex_config("ucm", on_config);
  plugin_register_init("ucm", on_init);
  plugin_register_flush("ucm", on_flush, nullptr);
  plugin_register_shutdown("ucm", on_shutdown);
}

void enroll_read() {
  plugin_register_read("ucm", on_read);
}

void log(Severity severity, const std::string& message) noexcept {
  const auto level = [severity] {
    switch (severity) {
      case Severity::error:
        return LOG_ERR;
      case Severity::warning:
        return LOG_WARNING;
      case Severity::notice:
        return LOG_NOTICE;
      case Severity::info:
        return LOG_INFO;
    }
    return LOG_ERR;
  }();
  plugin_log(level, "ucm plugin: %s", message.c_str());
}

void remember_context() {
  context = plugin_get_ctx();
}

void adopt_context() {
  plugin_set_ctx(context);
}

std::string host_name() {
  return hostname_g;
}

namespace {

struct MetaDeleter {
  void operator()(meta_data_t* meta) const noexcept { meta_data_destroy(meta); }
};
using Meta = std::unique_ptr<meta_data_t, MetaDeleter>;

// The daemon makes a copy of it.
Meta meta_of(const metrics::Reading& reading) {
  if (reading.formula.empty()) return nullptr;
  Meta meta(meta_data_create());
  const std::string formula(reading.formula);
  if (meta && meta_data_add_string(meta.get(), "formula", formula.c_str()) != 0) meta.reset();
  return meta;
}

}  // namespace

void dispatch(const metrics::Snapshot& snapshot) {
  value_t value{};
  value_list_t list{};
  list.values = &value;
  list.values_len = 1;
  list.time = cdtime();  // one moment for all; never a record's own
  put(list.plugin, "ucm");
  for (const metrics::Section& section : snapshot.sections) {
    put(list.host, section.host.empty() ? std::string_view(hostname_g) : section.host);
    put(list.plugin_instance, section.scope);
    for (const metrics::Reading& reading : section.readings) {
      put(list.type, reading.row->type);
      put(list.type_instance, reading.row->instance);
      if (reading.row->kind == metrics::Kind::counter) {
        value.derive = reading.count;
      } else {
        value.gauge = reading.level;
      }
      const Meta meta = meta_of(reading);
      list.meta = meta.get();
      plugin_dispatch_values(&list);
    }
  }
}

void dispatch(const metrics::Notice& notice) {
  notification_t notification{};
  notification.severity = severity_of(notice.urgency);
  notification.time = cdtime();
  put(notification.message, notice.text);
  put(notification.host, notice.host);
  put(notification.plugin, "ucm");
  put(notification.plugin_instance, notice.scope);
  put(notification.type, notice.type);
  put(notification.type_instance, notice.instance);
  plugin_dispatch_notification(&notification);  // -1 when nobody listens, which is no fault
}

}  // namespace ucm::collectd
