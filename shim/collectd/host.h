// collectd's interface in the plugin's own words, so that its headers and their macros stay in one file.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "metrics/snapshot.h"
#include "service/config.h"

namespace ucm::collectd {

// What the daemon may call; none of these throws.
struct Callbacks {
  int (*config)(const service::ConfigNode& block) noexcept;
  int (*init)() noexcept;
  int (*read)() noexcept;
  int (*flush)() noexcept;
  int (*shutdown)() noexcept;
};

// In module_register: everything but read.
void enroll(const Callbacks& callbacks);
// In init, once there is something to read.
void enroll_read();

// Any thread.
void log(Severity severity, const std::string& message) noexcept;

// The calling thread becomes one of the plugin's in collectd's eyes: it gets the context of the thread that
// called remember_context(), in init.
void remember_context();
void adopt_context();

[[nodiscard]] std::string host_name();  // of the daemon, from init on

// Gives every reading out under the present time; a notice becomes a notification.
void dispatch(const metrics::Snapshot& snapshot);
void dispatch(const metrics::Notice& notice);

}  // namespace ucm::collectd
