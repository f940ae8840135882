// Rows of the catalogue: what the API tells of a PBX.
// Name, group, kind, type of types.db, type_instance, unit, help.
#pragma once

#define UCM_PBX_METRICS(X)                                                                                  \
  X(live_active, live, level, "current_sessions", "active", "calls",                                        \
    "calls in conversation now: rows of listBridgedChannels")                                               \
  X(live_ringing, live, level, "current_sessions", "ringing", "calls",                                      \
    "calls not yet answered: rows of listUnBridgedChannels that the PBX's own page counts")                 \
  X(trunk_up, trunk, level, "count", "up", "bool",                                                          \
    "1 while the trunk is registered or reachable, 0 while it is not, NaN where its status does not tell")  \
  X(trunk_active, trunk, level, "current_sessions", "active", "calls", "calls in conversation over it now") \
  X(trunk_ringing, trunk, level, "current_sessions", "ringing", "calls", "calls over it not yet answered")  \
  X(queue_active, queue, level, "current_sessions", "active", "calls",                                      \
    "calls in conversation that came through it: feature_calleenum of listBridgedChannels")                 \
  X(queue_ringing, queue, level, "current_sessions", "ringing", "calls",                                    \
    "its calls not yet answered: feature_calleenum of listUnBridgedChannels")                               \
  X(queue_waiting, queue, level, "count", "waiting", "callers", "callers who wait: getQueueCalling")        \
  X(queue_talking, queue, level, "count", "talking", "callers",                                             \
    "callers who talk to an agent: getQueueCalling with role answer")                                       \
  X(queue_agents, queue, level, "count", "agents_logged_in", "agents",                                      \
    "agents logged in, paused ones too: getCallQueuesMemberMessage")                                        \
  X(queue_paused, queue, level, "count", "agents_paused", "agents",                                         \
    "agents logged in and paused: getCallQueuesMemberMessage")                                              \
  X(queue_offered, queue, counter, "total_events", "queue_offered", "callers",                              \
    "callers who reached the queue and left it: answered and abandoned, from queueapi calldetail")          \
  X(queue_answered, queue, counter, "total_events", "queue_answered", "callers",                            \
    "callers whom an agent answered: connect yes in queueapi calldetail")                                   \
  X(queue_abandoned, queue, counter, "total_events", "queue_abandoned", "callers",                          \
    "callers whom no agent answered")                                                                       \
  X(queue_wait, queue, counter, "total_time_in_ms", "queue_wait", "ms",                                     \
    "wait of answered callers: wait_time of queueapi calldetail")                                           \
  X(queue_talk, queue, counter, "total_time_in_ms", "queue_talk", "ms",                                     \
    "talk of answered callers: talk_time of queueapi calldetail")                                           \
  X(queue_in_level, queue, counter, "total_events", "queue_in_service_level", "callers",                    \
    "callers answered within ServiceLevel seconds: numerator of the service level")                         \
  X(queue_level_base, queue, counter, "total_events", "queue_service_level_base", "callers",                \
    "its denominator: offered callers without those who left unanswered in less than ShortAbandon seconds") \
  X(system_uptime, system, level, "uptime", "pbx", "s", "time since the PBX started: getSystemStatus")      \
  X(system_restarts, system, counter, "total_events", "restarts", "restarts",                               \
    "times its uptime was found to have begun anew")                                                        \
  X(extensions_idle, system, level, "count", "extensions_idle", "extensions",                               \
    "extensions in state Idle: listAccount")                                                                \
  X(extensions_in_use, system, level, "count", "extensions_in_use", "extensions", "in state InUse")         \
  X(extensions_ringing, system, level, "count", "extensions_ringing", "extensions", "in state Ringing")     \
  X(extensions_busy, system, level, "count", "extensions_busy", "extensions", "in state Busy")              \
  X(extensions_unavailable, system, level, "count", "extensions_unavailable", "extensions",                 \
    "in state Unavailable, or in one that is not known")                                                    \
  X(trunks_up, system, level, "count", "trunks_up", "trunks",                                               \
    "trunks that are registered or reachable: listVoIPTrunk, listAnalogTrunk, listDigitalTrunk")            \
  X(trunks_down, system, level, "count", "trunks_down", "trunks",                                           \
    "trunks of which the same lists say that they are neither")                                             \
  X(system_clock, system, level, "time_offset", "clock", "s",                                               \
    "how far the PBX's clock is ahead of this machine's: system-time of getSystemStatus")                   \
  X(certificate_days, system, level, "count", "certificate_days", "days",                                   \
    "days until the certificate of the API expires, 0 when it has")                                         \
  X(recordings, system, level, "count", "recordings", "recordings",                                         \
    "recordings on the PBX: listing of the legacy recapi; NaN where the firmware lists none")               \
  X(recordings_bytes, system, level, "bytes", "recordings", "bytes",                                        \
    "their size, where the listing tells it")                                                               \
  X(recordings_checked, system, counter, "total_events", "recordings_checked", "recordings",                \
    "recordings named by records and asked for, with CheckRecordings")                                      \
  X(recordings_missing, system, counter, "total_events", "recordings_missing", "recordings",                \
    "of those, the ones that recapi did not have")
