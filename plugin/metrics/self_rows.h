// Rows of the catalogue: what we know of ourselves: records, alerts, the asking, the agent.
// Name, group, kind, type of types.db, type_instance, unit, help.
#pragma once

#define UCM_SELF_METRICS(X)                                                                                \
  X(legs_accepted, self, counter, "total_events", "legs_accepted", "legs",                                 \
    "new legs, pushed or fetched: the sum of the leg_* values")                                            \
  X(legs_duplicate, self, counter, "total_events", "legs_duplicate", "legs",                               \
    "legs pushed again that were counted before")                                                          \
  X(legs_reread, self, counter, "total_events", "legs_reread", "legs",                                     \
    "legs offered again by the API that were counted before")                                              \
  X(legs_backfilled, self, counter, "total_events", "legs_backfilled", "legs",                             \
    "new legs that the push had missed and the API gave")                                                  \
  X(legs_too_old, self, counter, "total_events", "legs_too_old", "legs",                                   \
    "legs refused because they may have been counted before: they started before what retention or a "     \
    "lost ledger has forgotten")                                                                           \
  X(records_quarantined, self, counter, "total_events", "records_quarantined", "records",                  \
    "records that were not understood and are kept aside: the sum of the quarantined_* values")            \
  X(quarantined_syntax, self, counter, "total_events", "quarantined_syntax", "records",                    \
    "neither JSON, XML nor CSV from end to end")                                                           \
  X(quarantined_not_a_record, self, counter, "total_events", "quarantined_not_a_record", "records",        \
    "nothing in it is named like a CDR field")                                                             \
  X(quarantined_bad_value, self, counter, "total_events", "quarantined_bad_value", "records",              \
    "a CDR field holds what it cannot, such as a negative duration")                                       \
  X(quarantined_unidentified, self, counter, "total_events", "quarantined_unidentified", "records",        \
    "no uniqueid, session, AcctId or start: not countable exactly once")                                   \
  X(quarantined_too_deep, self, counter, "total_events", "quarantined_too_deep", "records",                \
    "nested deeper than any PBX nests")                                                                    \
  X(quarantined_too_large, self, counter, "total_events", "quarantined_too_large", "records",              \
    "longer than MaxRecordBytes, on a TCP stream")                                                         \
  X(quarantined_unknown_serial, self, counter, "total_events", "quarantined_unknown_serial", "records",    \
    "its sn belongs to no PBX behind its address, or is missing where it decides")                         \
  X(calls_amended, self, counter, "total_events", "calls_amended", "calls",                                \
    "times a leg that came after its call was counted changed the call")                                   \
  X(settling, self, gauge, "queue_length", "settling", "calls",                                            \
    "calls that wait for their session to settle")                                                         \
  X(series, self, gauge, "count", "series", "values", "values this PBX gives; MaxSeries is the most")      \
  X(since_push, self, level, "duration", "since_push", "s",                                                \
    "time since this PBX last pushed a record that was understood; NaN before the first one")              \
  X(buffer_left, self, level, "duration", "buffer_left", "s",                                              \
    "while we cannot take pushes: estimated time until the PBX's buffer of 10,000 records overflows, "     \
    "by the rate of the hour before; NaN while all is well")                                               \
  X(lateness_average, self, interval, "duration", "lateness-average", "s",                                 \
    "mean time from a leg's end to its arrival, of the legs that came in the interval")                    \
  X(lateness_max, self, interval, "duration", "lateness-max", "s", "longest such time")                    \
  X(lateness_p95, self, interval, "duration", "lateness-percentile-95", "s",                               \
    "95th percentile of it (nearest rank)")                                                                \
  X(legs_late, self, counter, "total_events", "legs_late", "legs",                                         \
    "legs that arrived more than 15 minutes after their end")                                              \
  X(alerts_firing, self, gauge, "count", "alerts_firing", "alerts", "alerts of this PBX that are on")      \
  X(alerts_raised, self, counter, "total_events", "alerts_raised", "alerts",                               \
    "alerts that went on, and single events told")                                                         \
  X(alert_long_call, alert, gauge, "count", "long_call", "alerts",                                         \
    "calls longer than LongCall that ended within AlertHold")                                              \
  X(alert_long_call_running, alert, gauge, "count", "long_call_running", "alerts",                         \
    "calls that run longer than LongCallRunning")                                                          \
  X(alert_trunk_down, alert, gauge, "count", "trunk_down", "alerts",                                       \
    "trunks that have been down for TrunkDown seconds")                                                    \
  X(alert_api_down, alert, gauge, "count", "api_down", "alerts",                                           \
    "1 while the API has not answered for ApiDown seconds")                                                \
  X(alert_push_silent, alert, gauge, "count", "push_silent", "alerts",                                     \
    "1 while no push has come for PushSilent seconds of business hours")                                   \
  X(alert_failure_rate, alert, gauge, "count", "failure_rate", "alerts",                                   \
    "trunks whose share of failed calls has jumped")                                                       \
  X(alert_queue_wait, alert, gauge, "count", "queue_wait", "alerts",                                       \
    "queues whose longest waiting caller has waited QueueWait seconds")                                    \
  X(alert_fraud_destination, alert, gauge, "count", "fraud_destination", "alerts",                         \
    "destinations abroad or of premium rate called within AlertHold")                                      \
  X(alert_fraud_out_of_hours, alert, gauge, "count", "fraud_out_of_hours", "alerts",                       \
    "1 while OutOfHoursCalls is reached")                                                                  \
  X(alert_fraud_burst, alert, gauge, "count", "fraud_burst", "alerts",                                     \
    "callers and accounts that reached BurstCalls")                                                        \
  X(alert_fraud_country, alert, gauge, "count", "fraud_country", "alerts",                                 \
    "countries called for the first time within AlertHold")                                                \
  X(alert_fraud_short_calls, alert, gauge, "count", "fraud_short_calls", "alerts",                         \
    "callers that reached ShortCallsAlert")                                                                \
  X(alert_pbx_restarted, alert, gauge, "count", "pbx_restarted", "alerts",                                 \
    "1 for AlertHold after a restart")                                                                     \
  X(alert_firmware_changed, alert, gauge, "count", "firmware_changed", "alerts",                           \
    "1 for AlertHold after a change of firmware")                                                          \
  X(alert_certificate_expiring, alert, gauge, "count", "certificate_expiring", "alerts",                   \
    "1 while the certificate of the API has CertificateDays or less")                                      \
  X(alert_buffer_overflow, alert, gauge, "count", "buffer_overflow", "alerts",                             \
    "1 while the PBX's buffer is estimated to overflow within BufferLeft")                                 \
  X(alert_clock_wrong, alert, gauge, "count", "clock_wrong", "alerts",                                     \
    "1 while the PBX's clock is ClockWrong seconds or more off")                                           \
  X(api_up, api, level, "count", "api_up", "bool",                                                         \
    "1 while the PBX lets us in and answers some action, 0 while it is away, hangs or refuses")            \
  X(api_response, api, level, "response_time", "api", "s",                                                 \
    "mean time from question to whole answer, of the latest answers")                                      \
  X(api_requests, api, counter, "total_requests", "api", "requests", "questions put to the PBX")           \
  X(api_logins, api, counter, "total_events", "api_logins", "logins", "logins that the PBX accepted")      \
  X(errors_auth, api, counter, "errors", "api_auth", "errors", "user or password refused, or locked out")  \
  X(errors_permission, api, counter, "errors", "api_permission", "errors",                                 \
    "not permitted: status -47, or HTTP 403")                                                              \
  X(errors_connect, api, counter, "errors", "api_connect", "errors",                                       \
    "no address for its name, or nothing listens")                                                         \
  X(errors_timeout, api, counter, "errors", "api_timeout", "errors", "no whole answer within Timeout")     \
  X(errors_tls, api, counter, "errors", "api_tls", "errors", "no trust, or no common cipher")              \
  X(errors_protocol, api, counter, "errors", "api_protocol", "errors",                                     \
    "an answer that is cut, too large, no JSON, or reports another status")                                \
  X(since_poll, api, level, "duration", "since_poll", "s",                                                 \
    "time since records were last fetched whole; NaN before the first time")                               \
  X(gap, api, level, "count", "legs_backfilled_hour", "legs",                                              \
    "legs of the last hour that the push had missed and the API gave")                                     \
  X(agent_senders_refused, agent, counter, "total_events", "senders_refused", "requests",                  \
    "requests and connections from an address that no PBX names")                                          \
  X(agent_credentials_refused, agent, counter, "total_events", "credentials_refused", "requests",          \
    "requests with wrong credentials, or without the client certificate that is required")                 \
  X(agent_too_large, agent, counter, "total_events", "records_too_large", "requests",                      \
    "requests over MaxRecordBytes or MaxHeaderBytes")                                                      \
  X(agent_too_many, agent, counter, "total_events", "connections_too_many", "connections",                 \
    "connections there was no room for")                                                                   \
  X(agent_too_slow, agent, counter, "total_events", "requests_too_slow", "requests",                       \
    "connections cut in the middle of a request that took longer than RequestTimeout, or in which "        \
    "nothing came for IdleTimeout")                                                                        \
  X(agent_unavailable, agent, counter, "total_events", "pushes_unavailable", "requests",                   \
    "pushes answered 503 because the ledger could not commit: the PBX keeps them")                         \
  X(agent_quarantined, agent, counter, "total_events", "records_quarantined", "records",                   \
    "records kept aside whose sender could not be told to be one PBX")                                     \
  X(agent_connections, agent, counter, "total_connections", "push", "connections", "connections accepted") \
  X(agent_connected, agent, gauge, "current_connections", "push", "connections", "connections open now")   \
  X(agent_ledger, agent, gauge, "count", "ledger_writable", "bool", "1 while records can be kept, else 0") \
  X(agent_configuration, agent, gauge, "count", "configuration_errors", "errors",                          \
    "faults of the configuration: what they are about is not watched")                                     \
  X(agent_certificate_days, agent, level, "count", "listener_certificate_days", "days",                    \
    "days until the first certificate of an https:// listener expires, 0 when it has")                     \
  X(agent_counting, agent, gauge, "uptime", "counters", "s", "time since the counters began at 0")
