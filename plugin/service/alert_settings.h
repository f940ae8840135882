// What the operator wants to hear about. 0, false or empty: nothing of that kind.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "service/business_hours.h"

namespace ucm::service {

struct AlertSettings {
  std::int64_t hold_s = 900;  // how long an event keeps its alert on
  BusinessHours hours;

  std::int64_t long_running_s = 3600;
  std::int64_t trunk_down_s = 120;
  std::int64_t api_down_s = 300;
  std::int64_t push_silent_s = 0;
  std::int64_t queue_wait_s = 0;
  std::int64_t certificate_days = 14;
  std::int64_t buffer_left_s = 3600;
  std::int64_t clock_wrong_s = 30;
  bool restarts = true;
  bool firmware = true;

  std::int64_t failure_jump = 40;  // points of a percentage
  std::int64_t failure_calls = 10;
  std::int64_t out_of_hours_calls = 0;
  std::int64_t burst_calls = 0;
  std::int64_t burst_s = 600;
  std::int64_t short_calls = 0;

  std::vector<std::string> international{"+", "00"};  // what stands before a country code
  std::string home_country;                           // its code, "49"
  std::string outside_line;                           // dialled first, to get a line
  std::vector<std::string> premium;
  bool abroad = false;  // each call to another country
  bool new_country = true;
  std::int64_t learning_days = 14;

  bool operator==(const AlertSettings&) const = default;
};

}  // namespace ucm::service
