#include "service/alert_kinds.h"

#include <algorithm>
#include <array>

namespace ucm::service {

namespace {

using metrics::Metric;
using metrics::Urgency;

constexpr std::array<AlertRow, kAlerts> kRows{{
    {Alert::long_call, "long_call", Metric::alert_long_call, Urgency::warning,
     "look who talked so long; a line that was not hung up costs money"},
    {Alert::long_call_running, "long_call_running", Metric::alert_long_call_running, Urgency::warning,
     "look at the active calls of the PBX, and hang it up there if nobody talks"},
    {Alert::trunk_down, "trunk_down", Metric::alert_trunk_down, Urgency::failure,
     "look at its registration and its network on the PBX, then ask the provider"},
    {Alert::api_down, "api_down", Metric::alert_api_down, Urgency::warning,
     "what stands below about the API of this PBX says why"},
    {Alert::push_silent, "push_silent", Metric::alert_push_silent, Urgency::failure,
     "make a call; then look at the CDR Real-time Output Settings of the PBX and the network between"},
    {Alert::failure_rate, "failure_rate", Metric::alert_failure_rate, Urgency::failure,
     "look at the trunk on the PBX, then ask the provider"},
    {Alert::queue_wait, "queue_wait", Metric::alert_queue_wait, Urgency::warning,
     "let more agents log in to the queue"},
    {Alert::fraud_destination, "fraud_destination", Metric::alert_fraud_destination, Urgency::failure,
     "ask the caller; if it was none of yours, block the destination on the PBX and change the password of "
     "the "
     "extension"},
    {Alert::fraud_out_of_hours, "fraud_out_of_hours", Metric::alert_fraud_out_of_hours, Urgency::failure,
     "look who calls; close the outbound routes of the PBX at night if it was none of yours"},
    {Alert::fraud_burst, "fraud_burst", Metric::alert_fraud_burst, Urgency::failure,
     "ask the caller; if it was none of yours, block the extension on the PBX and change its password"},
    {Alert::fraud_country, "fraud_country", Metric::alert_fraud_country, Urgency::warning,
     "ask the caller; if it was none of yours, block the country on the PBX"},
    {Alert::fraud_short_calls, "fraud_short_calls", Metric::alert_fraud_short_calls, Urgency::warning,
     "ask the caller; a machine that tries numbers out does this: block the extension on the PBX"},
    {Alert::pbx_restarted, "pbx_restarted", Metric::alert_pbx_restarted, Urgency::warning,
     "find out whether somebody restarted it; if not, look at its power and its system log"},
    {Alert::firmware_changed, "firmware_changed", Metric::alert_firmware_changed, Urgency::warning,
     "find out whether somebody updated it, and make a call"},
    {Alert::certificate_expiring, "certificate_expiring", Metric::alert_certificate_expiring,
     Urgency::warning, "renew it on the PBX; a PinnedPublicKey changes with it"},
    {Alert::buffer_overflow, "buffer_overflow", Metric::alert_buffer_overflow, Urgency::failure,
     "make it possible to keep records again: what the PBX can no longer hold is lost to the push"},
    {Alert::clock_wrong, "clock_wrong", Metric::alert_clock_wrong, Urgency::warning,
     "set an NTP server on the PBX, or look at the clock of this machine"},
}};

}  // namespace

std::span<const AlertRow, kAlerts> alert_rows() noexcept {
  return kRows;
}

const AlertRow& row_of(Alert alert) noexcept {
  return kRows[static_cast<std::size_t>(alert)];
}

const AlertRow* alert_named(std::string_view word) noexcept {
  const auto* const found = std::ranges::find(kRows, word, &AlertRow::word);
  return found == kRows.end() ? nullptr : found;
}

}  // namespace ucm::service
