// The option table itself.
#include "service/options.h"

namespace ucm::service {

namespace {

using net::Endpoint;
using net::Limits;

constexpr std::int64_t kKiB = 1024;
constexpr std::int64_t kMiB = 1024 * kKiB;
constexpr std::int64_t kDay_s = 86'400;
constexpr unsigned kEverywhere = kPlugin | kListen;  // of a limit: the default for all, or of one listener

// clang-format off
constexpr Option kOptions[] = {
    {"StateDirectory", kPlugin, Kind::path, {}, "", &Settings::state_directory,
     "Folder of the ledger; the default is ucm/ under the BaseDir of collectd, /var/lib/ucm for the daemon."},
    {"ControlSocket", kPlugin, Kind::path, {}, "", &Settings::control_socket,
     "Unix socket that ucmctl asks; the default is ucm.sock in the StateDirectory."},
    {"Retention", kPlugin, Kind::days, {1, 3650}, "35", &Settings::retention_days,
     "How long records are kept, from their arrival; counters are kept for ever."},
    {"Settle", kPlugin, Kind::seconds, {1, 3600}, "15", &Settings::settle_s,
     "How long a session must have been quiet until its records are counted as one call."},
    {"QuarantineRows", kPlugin, Kind::count, {0, 1'000'000}, "10000", &Settings::quarantine_rows,
     "How many pushes that were not understood are kept to be looked at; the oldest go first."},
    {"QuarantineBytes", kPlugin, Kind::bytes, {0, 1024 * kMiB}, "16777216", &Settings::quarantine_bytes,
     "How much room those may take together."},
    {"MaxRecordBytes", kEverywhere, Kind::bytes, {kKiB, 64 * kMiB}, "262144", &Limits::record_bytes,
     "Largest push that is taken; a larger one is answered 413, on tcp:// it is passed over and its beginning kept in the quarantine."},
    {"MaxHeaderBytes", kEverywhere, Kind::bytes, {kKiB, kMiB}, "16384", &Limits::header_bytes,
     "Largest request line and headers together."},
    {"MaxConnections", kEverywhere, Kind::count, {1, 65'535}, "1024", &Limits::connections,
     "Connections of one listener at the same time; one more is closed at once."},
    {"IdleTimeout", kEverywhere, Kind::seconds, {1, kDay_s}, "75", &Limits::idle_s,
     "A connection on which nothing arrives for so long is closed; on tcp:// only if its place is needed or a "
     "document is half sent."},
    {"RequestTimeout", kEverywhere, Kind::seconds, {1, 3600}, "30", &Limits::request_s,
     "Time from the first byte of a request, or of a document on tcp://, to its last."},

    {"User", kListen, Kind::text, {}, "", &Endpoint::user,
     "Name that senders must give, by Digest or Basic; without it no credentials are asked for."},
    {"Password", kListen, Kind::secret, {}, "", &Endpoint::password,
     "Password that senders must give; PasswordFile keeps it out of the configuration."},
    {"PasswordFile", kListen, Kind::secret_file, {}, "", &Endpoint::password,
     "File whose first line is the password; read once at the start, best not readable by others."},
    {"CertificateFile", kListen, Kind::path, {}, "", &Endpoint::certificate_file,
     "Certificate chain of an https:// listener in PEM; read again when it changes."},
    {"KeyFile", kListen, Kind::path, {}, "", &Endpoint::key_file,
     "Private key of the certificate in PEM; read again when it changes."},
    {"ClientCAFile", kListen, Kind::path, {}, "", &Endpoint::client_ca_file,
     "Authorities in PEM that must have signed the certificate of a sender; without it none is asked for."},

    {"Host", kPbx, Kind::name, {}, "", &PbxSettings::host,
     "Host name that the values of this PBX stand under; the default is the name of the block."},
    {"From", kPbx, Kind::networks, {}, "", &PbxSettings::from,
     "Addresses and networks that push as this PBX, or any; required, several a line and several lines "
     "add up."},
    {"Serial", kPbx, Kind::text, {}, "", &PbxSettings::serial,
     "Serial number (sn in the records) that tells PBXes behind one address apart."},
    {"Trunks", kPbx, Kind::truth, {}, "true", &PbxSettings::trunks, "Values for each trunk."},
    {"Queues", kPbx, Kind::truth, {}, "true", &PbxSettings::queues, "Values for each queue and ring group."},
    {"Extensions", kPbx, Kind::truth, {}, "false", &PbxSettings::extensions, "Values for each extension."},
    {"DIDs", kPbx, Kind::truth, {}, "false", &PbxSettings::dids,
     "Values for each number dialled from outside."},
    {"AccountCodes", kPbx, Kind::truth, {}, "false", &PbxSettings::account_codes,
     "Values for each account code."},
    {"MaxSeries", kPbx, Kind::count, {278, 100'000}, "2000", &PbxSettings::max_series,
     "Most values this PBX may have; what would be more is counted in trunk-other, queue-other and so on."},
    {"LongCall", kPbx, Kind::seconds, {0, 7 * kDay_s}, "3600", &PbxSettings::long_call_s,
     "A call that lasted longer gives a notification when it has ended; 0 for none."},
    {"NumbersInNotifications", kPbx, Kind::truth, {}, "false", &PbxSettings::numbers,
     "Whether notifications may name telephone numbers."},
    {"TimeZone", kPbx, Kind::text, {}, "auto", &PbxSettings::time_zone,
     "Zone of the PBX's clock: auto (found from its records), an offset like +02:00, or a name like America/Chicago."},
    {"ServiceLevel", kPbx, Kind::seconds, {1, 3600}, "20", &PbxSettings::service_level_s,
     "A caller of a queue answered within so long is within the service level."},
    {"ShortAbandon", kPbx, Kind::seconds, {0, 3600}, "5", &PbxSettings::short_abandon_s,
     "A caller who leaves a queue sooner is left out of the service level's denominator; 0 for none."},
    {"ServiceLevelFormula", kPbx, Kind::formula, {}, "without_short_abandons", &PbxSettings::formula,
     "What percent-service_level divides by what; the counters for each of them are there."},
    {"ShortCall", kPbx, Kind::seconds, {1, 3600}, "6", &PbxSettings::short_call_s,
     "An answered call with less talk is a short call."},
    {"RedialWithin", kPbx, Kind::seconds, {1, 3600}, "60", &PbxSettings::redial_within_s,
     "A call between the same two numbers that begins so soon after one has ended is a redial."},
    {"Histograms", kPbx, Kind::truth, {}, "true", &PbxSettings::histograms,
     "Cumulative buckets of talk and wait for all, the directions, trunks, queues and ring groups: 17 values each."},
    {"TrunkCapacity", kPbx, Kind::trunk_capacity, {1, 100'000}, "", &PbxSettings::capacities,
     "Name of a trunk and how many calls it can carry at the same time; may stand once for each trunk."},
    {"HashNames", kPbx, Kind::truth, {}, "false", &PbxSettings::hash_names,
     "Whether extensions, DIDs and account codes stand under a digest in the values' names, which nobody can turn back."},
    {"Recordings", kPbx, Kind::truth, {}, "false", &PbxSettings::recordings,
     "Whether ucmctl recording may fetch the recordings of this PBX; nothing is ever deleted."},
    {"CheckRecordings", kPbx, Kind::truth, {}, "false", &PbxSettings::check_recordings,
     "Whether to look if the recordings that new records name are on the PBX, some a minute."},

    {"URL", kApi, Kind::text, {}, "", &ApiSettings::url,
     "Where the API is, required: https://192.168.1.100:8089/api; of the legacy one https://192.168.1.100:8443."},
    {"Kind", kApi, Kind::text, {}, "new", &ApiSettings::kind,
     "new (UCM63xx, CloudUCM, late UCM62xx) or legacy (port 8443 of UCM61xx, UCM62xx and UCM6510)."},
    {"User", kApi, Kind::text, {}, "", &ApiSettings::user,
     "The API user of the PBX; required for the new API. The legacy one is asked by Digest or Basic, as it wants."},
    {"Password", kApi, Kind::secret, {}, "", &ApiSettings::password,
     "Its password; PasswordFile keeps it out of the configuration."},
    {"PasswordFile", kApi, Kind::secret_file, {}, "", &ApiSettings::password,
     "File whose first line is the password; read once at the start, best not readable by others."},
    {"CACert", kApi, Kind::path, {}, "", &ApiSettings::ca_file,
     "Authorities in PEM that sign the PBX's certificate, or that certificate itself; the default are the system's."},
    {"VerifyPeer", kApi, Kind::truth, {}, "true", &ApiSettings::verify_peer,
     "Whether the certificate must be trusted; a PinnedPublicKey is the better way to live with a self-signed one."},
    {"VerifyHost", kApi, Kind::truth, {}, "true", &ApiSettings::verify_host,
     "Whether the certificate must name the host of the URL."},
    {"PinnedPublicKey", kApi, Kind::pin, {}, "", &ApiSettings::pinned_key,
     "The one key that is trusted, in place of authorities and name; a log line and ucmctl check print it."},
    {"TLSSecurityLevel", kApi, Kind::count, {0, 5}, "2", &ApiSettings::security_level,
     "What OpenSSL accepts; 1 for the 1024-bit keys of UCM62xx, 0 for TLS 1.0 too."},
    {"ClientCert", kApi, Kind::path, {}, "", &ApiSettings::certificate_file,
     "Our own certificate in PEM, where the PBX or what stands before it asks for one."},
    {"ClientKey", kApi, Kind::path, {}, "", &ApiSettings::key_file, "Its private key in PEM."},
    {"StatusInterval", kApi, Kind::seconds, {1, kDay_s}, "60", &ApiSettings::status_interval_s,
     "How often the PBX is asked for its state."},
    {"BackfillInterval", kApi, Kind::seconds, {1, kDay_s}, "300", &ApiSettings::backfill_interval_s,
     "How often it is asked for its records, so that what the push missed is counted too."},
    {"BackfillOverlap", kApi, Kind::seconds, {60, 366 * kDay_s}, "86400", &ApiSettings::backfill_overlap_s,
     "How far each time reaches back before the last one; longer than the longest call, for a record appears when its call ends."},
    {"BackfillFirst", kApi, Kind::seconds, {0, 3660 * kDay_s}, "0", &ApiSettings::backfill_first_s,
     "How far the very first time reaches back; 0 for BackfillOverlap."},
    {"Timeout", kApi, Kind::milliseconds, {100, 600'000}, "10000", &ApiSettings::timeout_ms,
     "How long one answer may take to its last byte."},
};
// clang-format on

}  // namespace

std::span<const Option> options() noexcept {
  return kOptions;
}

}  // namespace ucm::service
