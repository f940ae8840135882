// Alerts about where calls go: to other countries, to premium rates, to a country that nobody here has called
// before.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "metrics/book.h"
#include "model/call.h"
#include "service/alert_ports.h"
#include "service/dialled.h"

namespace ucm::service {

class AlertFraud {
 public:
  explicit AlertFraud(const AlertPorts& ports) : ports_(ports) {}

  void ended(const Call& call, const metrics::CountedAs& as, std::int64_t now_s);
  // A leg that came late: only what it dialled.
  void transferred(const Call& call, const metrics::CountedAs& as, std::int64_t now_s);
  // One that an earlier run has judged: only its country is noted.
  void recall(const Call& call, const metrics::CountedAs& as);

  // The countries called so far, and since when they are noted; as text for the ledger.
  [[nodiscard]] std::string written() const;
  // REQUIRES: before the first call.
  void resume(std::string_view written, std::int64_t now_s);
  [[nodiscard]] std::uint64_t changes() const noexcept { return changes_; }

 private:
  void judge(const Call& call, const metrics::CountedAs& as, const std::string& dst, std::int64_t now_s);
  [[nodiscard]] bool note(const Country& country, std::int64_t began_s);
  void tell_destination(const Call& call, const Dialled& number, std::int64_t ended_s, std::int64_t now_s);
  void tell_country(const Call& call, const Dialled& number, std::int64_t ended_s, std::int64_t now_s);
  [[nodiscard]] std::string about(const Call& call, const Dialled& number, std::int64_t ended_s,
                                  std::int64_t now_s) const;

  const AlertPorts& ports_;
  std::map<std::string, std::int64_t, std::less<>> seen_;  // by code: when it was first called
  std::int64_t since_s_ = 0;                               // of the noting
  std::uint64_t changes_ = 0;
};

}  // namespace ucm::service
