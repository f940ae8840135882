#include "ledger/schema.h"

namespace ucm::ledger {

namespace {

// legs: one row for each leg, in order of arrival. The index that makes a leg unique begins with PBX and
// start, so
//   that new legs land at its end and its cost does not grow with the table.
// calls: one row for each call that has settled, as it was counted (outcome, wait_s) and as it is known by
// now
//   (outcomes, talk_s ...). What folding needs for a late leg stands in the row. Lists are separated by line
//   ends.
// counters: what the hosts are given. scopes: which name stands behind a scope. forgotten: the newest start
// that
//   retention has deleted. place: where things stand; open_from = the oldest leg whose session may be
//   unsettled.
constexpr std::string_view kVersion1 = R"sql(
CREATE TABLE pbx (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);
CREATE TABLE legs (
  id INTEGER PRIMARY KEY,
  pbx INTEGER NOT NULL,
  arrived INTEGER NOT NULL,
  origin INTEGER NOT NULL,
  identity BLOB NOT NULL,
  duration INTEGER NOT NULL,
  billsec INTEGER NOT NULL,
  start TEXT NOT NULL,
  acctid TEXT, accountcode TEXT, src TEXT, dst TEXT, dcontext TEXT, clid TEXT, channel TEXT, dstchannel TEXT,
  lastapp TEXT, lastdata TEXT, answer TEXT, end TEXT, disposition TEXT, amaflags TEXT, uniqueid TEXT,
  userfield TEXT, channel_ext TEXT, dstchannel_ext TEXT, service TEXT, caller_name TEXT, recordfiles TEXT,
  dstanswer TEXT, chanext TEXT, dstchanext TEXT, session TEXT, action_owner TEXT, action_type TEXT,
  src_trunk_name TEXT, dst_trunk_name TEXT, new_src TEXT, reason TEXT, sn TEXT
);
CREATE UNIQUE INDEX legs_identity ON legs (pbx, start, identity);
CREATE TABLE calls (
  id INTEGER PRIMARY KEY,
  pbx INTEGER NOT NULL,
  session TEXT NOT NULL,
  settled INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  wait_s INTEGER NOT NULL,
  direction TEXT NOT NULL,
  start TEXT NOT NULL,
  talk_s INTEGER NOT NULL,
  elapsed_s INTEGER NOT NULL,
  legs INTEGER NOT NULL,
  trunks TEXT NOT NULL,
  queues TEXT NOT NULL,
  ringgroups TEXT NOT NULL,
  did TEXT NOT NULL,
  account TEXT NOT NULL,
  outcomes INTEGER NOT NULL,
  answered_at INTEGER,
  first TEXT NOT NULL,
  account_first TEXT NOT NULL
);
CREATE UNIQUE INDEX calls_session ON calls (pbx, session);
CREATE TABLE counters (
  pbx INTEGER NOT NULL,
  scope TEXT NOT NULL,
  metric TEXT NOT NULL,
  value INTEGER NOT NULL,
  PRIMARY KEY (pbx, scope, metric)
) WITHOUT ROWID;
CREATE TABLE scopes (
  id INTEGER PRIMARY KEY,
  pbx INTEGER NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  scope TEXT NOT NULL,
  UNIQUE (pbx, scope)
);
CREATE TABLE quarantine (
  id INTEGER PRIMARY KEY,
  pbx INTEGER,
  arrived INTEGER NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  bytes BLOB NOT NULL
);
CREATE TABLE forgotten (
  pbx INTEGER PRIMARY KEY,
  newest_start TEXT NOT NULL
);
CREATE TABLE place (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) WITHOUT ROWID;
)sql";

// standing: what is known of a PBX beside its counters, by name. queue_calls: callers of queues that queueapi
// has told
//   of and that were counted; the identity is a digest.
constexpr std::string_view kVersion2 = R"sql(
CREATE TABLE standing (
  pbx INTEGER NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (pbx, name)
) WITHOUT ROWID;
CREATE TABLE queue_calls (
  id INTEGER PRIMARY KEY,
  pbx INTEGER NOT NULL,
  counted INTEGER NOT NULL,
  queue TEXT NOT NULL,
  start TEXT NOT NULL,
  answered INTEGER NOT NULL,
  wait_s INTEGER NOT NULL,
  talk_s INTEGER NOT NULL,
  identity TEXT NOT NULL
);
CREATE UNIQUE INDEX queue_calls_identity ON queue_calls (pbx, start, identity);
)sql";

// calls, more of it. As it was counted: counted_talk_s, short_call, redial, began (UTC seconds) and the
// scopes it was counted in. As it is known by now: who called whom (src, dst, caller), trunk_times (a line
// for each of `trunks`: from, until, lines, the scope it was counted in), queue_stays (a line for each of
// `queues`: entered, last leg, left, answered, how it was counted, wait, scope), outside (latest start of a
// leg in no queue). legs.scopes: the extensions it was counted for. queue_calls.scope: where that was
// counted. carried: what the counters hold of rows that are no longer there.
constexpr std::string_view kVersion3 = R"sql(
ALTER TABLE calls ADD COLUMN began INTEGER;
ALTER TABLE calls ADD COLUMN counted_talk_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN short_call INTEGER NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN redial INTEGER NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN scopes TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN src TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN dst TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN caller TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN trunk_times TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN queue_stays TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN outside INTEGER;
ALTER TABLE legs ADD COLUMN scopes TEXT;
ALTER TABLE queue_calls ADD COLUMN scope TEXT;
CREATE INDEX calls_began ON calls (pbx, began);
CREATE TABLE carried (
  pbx INTEGER NOT NULL,
  scope TEXT NOT NULL,
  metric TEXT NOT NULL,
  value INTEGER NOT NULL,
  PRIMARY KEY (pbx, scope, metric)
) WITHOUT ROWID;
)sql";

constexpr std::array kMigrations{kVersion1, kVersion2, kVersion3};

constexpr std::array kLegColumns{
    LegColumn{"start", &Leg::start},
    LegColumn{"acctid", &Leg::acct_id},
    LegColumn{"accountcode", &Leg::accountcode},
    LegColumn{"src", &Leg::src},
    LegColumn{"dst", &Leg::dst},
    LegColumn{"dcontext", &Leg::dcontext},
    LegColumn{"clid", &Leg::clid},
    LegColumn{"channel", &Leg::channel},
    LegColumn{"dstchannel", &Leg::dstchannel},
    LegColumn{"lastapp", &Leg::lastapp},
    LegColumn{"lastdata", &Leg::lastdata},
    LegColumn{"answer", &Leg::answer},
    LegColumn{"end", &Leg::end},
    LegColumn{"disposition", &Leg::disposition},
    LegColumn{"amaflags", &Leg::amaflags},
    LegColumn{"uniqueid", &Leg::uniqueid},
    LegColumn{"userfield", &Leg::userfield},
    LegColumn{"channel_ext", &Leg::channel_ext},
    LegColumn{"dstchannel_ext", &Leg::dstchannel_ext},
    LegColumn{"service", &Leg::service},
    LegColumn{"caller_name", &Leg::caller_name},
    LegColumn{"recordfiles", &Leg::recordfiles},
    LegColumn{"dstanswer", &Leg::dstanswer},
    LegColumn{"chanext", &Leg::chanext},
    LegColumn{"dstchanext", &Leg::dstchanext},
    LegColumn{"session", &Leg::session},
    LegColumn{"action_owner", &Leg::action_owner},
    LegColumn{"action_type", &Leg::action_type},
    LegColumn{"src_trunk_name", &Leg::src_trunk_name},
    LegColumn{"dst_trunk_name", &Leg::dst_trunk_name},
    LegColumn{"new_src", &Leg::new_src},
    LegColumn{"reason", &Leg::reason},
    LegColumn{"sn", &Leg::sn},
};

}  // namespace

std::span<const std::string_view> migrations() noexcept {
  return kMigrations;
}

std::span<const LegColumn> leg_columns() noexcept {
  return kLegColumns;
}

}  // namespace ucm::ledger
