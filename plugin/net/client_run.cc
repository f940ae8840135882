#include "net/client_run.h"

#include <curl/curl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/guard.h"
#include "base/text.h"

namespace ucm::net {

namespace {

template <auto drop>
struct Drop {
  template <class Handle>
  void operator()(Handle* handle) const noexcept {
    drop(handle);
  }
};
using Easy = std::unique_ptr<CURL, Drop<curl_easy_cleanup>>;
using Headers = std::unique_ptr<curl_slist, Drop<curl_slist_free_all>>;
using Url = std::unique_ptr<CURLU, Drop<curl_url_cleanup>>;

// Collects whether the library took every option.
struct Options {
  CURL* easy;
  bool taken = true;

  template <class Value>
  void set(CURLoption option, Value value) {
    taken = curl_easy_setopt(easy, option, value) == CURLE_OK && taken;
  }
};

// What holds for every exchange.
struct Manner {
  CURLoption option;
  long value;
};
constexpr Manner kManners[] = {
    {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
    {CURLOPT_NOSIGNAL, 1},
    {CURLOPT_QUICK_EXIT, 1},  // who gives up does not wait for a slow name server
    {CURLOPT_NETRC, CURL_NETRC_IGNORED},
    {CURLOPT_FOLLOWLOCATION, 0},
    // A repeat with credentials, after a 401, counts as one, and so does the next where the server has
    // forgotten its nonce meanwhile ("stale"): it has just restarted.
    {CURLOPT_MAXREDIRS, 2},
    {CURLOPT_MAXLIFETIME_CONN, 600},  // seconds: then the certificate is looked at again
    // TlsSide judges, and a resumed session would show it no certificate.
    {CURLOPT_SSL_VERIFYPEER, 0},
    {CURLOPT_SSL_VERIFYHOST, 0},
    {CURLOPT_SSL_SESSIONID_CACHE, 0},
    {CURLOPT_SSL_ENABLE_ALPN, 0},
};

struct Row {
  CURLcode code;
  Ending ending;
};
constexpr Row kEndings[] = {
    {CURLE_OK, Ending::whole},
    {CURLE_TOO_MANY_REDIRECTS, Ending::whole},  // a 401 again: the answer to our credentials
    {CURLE_URL_MALFORMAT, Ending::bad_url},
    {CURLE_LOGIN_DENIED, Ending::bad_url},
    {CURLE_COULDNT_RESOLVE_HOST, Ending::no_address},
    {CURLE_COULDNT_CONNECT, Ending::no_connection},
    {CURLE_SSL_CONNECT_ERROR, Ending::no_handshake},
    {CURLE_SSL_CERTPROBLEM, Ending::no_handshake},
    {CURLE_SSL_CIPHER, Ending::no_handshake},
    {CURLE_PEER_FAILED_VERIFICATION, Ending::no_handshake},
    {CURLE_OPERATION_TIMEDOUT, Ending::out_of_time},
    {CURLE_GOT_NOTHING, Ending::cut},
    {CURLE_RECV_ERROR, Ending::cut},
    {CURLE_SEND_ERROR, Ending::cut},
    {CURLE_PARTIAL_FILE, Ending::cut},
    {CURLE_WEIRD_SERVER_REPLY, Ending::no_http},
    {CURLE_UNSUPPORTED_PROTOCOL, Ending::no_http},
    {CURLE_BAD_CONTENT_ENCODING, Ending::no_http},
    {CURLE_FILESIZE_EXCEEDED, Ending::too_large},
    {CURLE_WRITE_ERROR, Ending::stopped},
};

Ending ending_of(CURLcode code) {
  const auto* row = std::find_if(std::begin(kEndings), std::end(kEndings),
                                 [code](const Row& candidate) { return candidate.code == code; });
  return row == std::end(kEndings) ? Ending::failed : row->ending;
}

std::string part(CURLU* url, CURLUPart wanted) {
  char* found = nullptr;
  if (curl_url_get(url, wanted, &found, CURLU_DEFAULT_PORT) != CURLUE_OK) return {};
  return std::unique_ptr<char, Drop<curl_free>>(found).get();
}

// Fills in host and port; false for what is no URL of ours.
bool locate(Transfer& transfer) {
  const Url url(curl_url());
  const char* written = transfer.request.url.c_str();
  if (!url || curl_url_set(url.get(), CURLUPART_URL, written, CURLU_DISALLOW_USER) != CURLUE_OK) return false;
  transfer.host = part(url.get(), CURLUPART_HOST);
  transfer.port = part(url.get(), CURLUPART_PORT);
  std::string& host = transfer.host;
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  if (host.size() > 1 && host.back() == '.') host.pop_back();
  return !host.empty() && part(url.get(), CURLUPART_SCHEME) == "https";
}

class CurlRun final : public Run {
 public:
  CurlRun(Transfer& transfer, TlsSide& side) : transfer_(transfer), side_(side), easy_(curl_easy_init()) {}

  [[nodiscard]] void* easy() const noexcept override { return easy_.get(); }
  [[nodiscard]] Transfer& transfer() const noexcept override { return transfer_; }

  // Everything the request is, and everything the library shall leave alone.
  [[nodiscard]] bool describe(std::int64_t idle_ms) {
    if (!easy_) return false;
    const ClientRequest& request = transfer_.request;
    const auto timeout_ms = static_cast<long>(std::max<std::int64_t>(request.timeout_ms, 1));
    Options options{easy_.get()};
    for (const Manner& manner : kManners) options.set(manner.option, manner.value);
    options.set(CURLOPT_PROTOCOLS_STR, "https");
    options.set(CURLOPT_PROXY, "");  // not that of the environment, which is the host's
    options.set(CURLOPT_USERAGENT, "ucm");
    options.set(CURLOPT_MAXAGE_CONN, static_cast<long>(std::max<std::int64_t>(idle_ms / 1000, 1)));
    options.set(CURLOPT_URL, request.url.c_str());
    options.set(CURLOPT_TIMEOUT_MS, timeout_ms);
    options.set(CURLOPT_CONNECTTIMEOUT_MS, timeout_ms);
    if (!request.sink) options.set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(request.most_bytes));
    if (!request.user.empty()) {
      options.set(CURLOPT_HTTPAUTH, CURLAUTH_DIGEST | CURLAUTH_BASIC);
      options.set(CURLOPT_USERNAME, request.user.c_str());
      options.set(CURLOPT_PASSWORD, request.password.c_str());
    }
    if (request.post) describe_body(options);
    options.set(CURLOPT_PRIVATE, static_cast<Run*>(this));
    options.set(CURLOPT_HEADERFUNCTION, on_head);
    options.set(CURLOPT_HEADERDATA, this);
    options.set(CURLOPT_WRITEFUNCTION, on_body);
    options.set(CURLOPT_WRITEDATA, this);
    options.set(CURLOPT_PREREQFUNCTION, on_connection);
    options.set(CURLOPT_PREREQDATA, this);
    options.set(CURLOPT_SSL_CTX_FUNCTION, on_handshake);
    options.set(CURLOPT_SSL_CTX_DATA, this);
    options.set(CURLOPT_OPENSOCKETFUNCTION, on_socket);
    options.set(CURLOPT_OPENSOCKETDATA, this);
    return options.taken;
  }

  void end(int code) override {
    const auto known = static_cast<CURLcode>(code);
    transfer_.ending = ending_of(known);
    transfer_.trouble = curl_easy_strerror(known);
    transfer_.status = static_cast<int>(ask(CURLINFO_RESPONSE_CODE, 0L));
    transfer_.fault = static_cast<int>(ask(CURLINFO_OS_ERRNO, 0L));
    transfer_.content_type = ask<const char*>(CURLINFO_CONTENT_TYPE, "");
  }

 private:
  template <class Value>
  [[nodiscard]] Value ask(CURLINFO question, Value otherwise) const {
    Value answer{};
    const bool known = curl_easy_getinfo(easy_.get(), question, &answer) == CURLE_OK;
    return known && answer != Value{} ? answer : otherwise;
  }

  void describe_body(Options& options) {
    const std::string& body = transfer_.request.body;
    headers_.reset(curl_slist_append(nullptr, "Content-Type: application/json;charset=UTF-8"));
    // Without an Expect of its own: a PBX that does not know it lets us wait.
    const bool made = headers_ && curl_slist_append(headers_.get(), "Expect:") != nullptr;
    options.taken = options.taken && made;
    options.set(CURLOPT_HTTPHEADER, headers_.get());
    options.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    options.set(CURLOPT_POSTFIELDS, body.c_str());
  }

  static CurlRun& run(void* context) noexcept { return *static_cast<CurlRun*>(context); }

  static curl_socket_t on_socket(void* context, curlsocktype, curl_sockaddr* wanted) noexcept {
    run(context).transfer_.stage = Stage::connecting;
    return ::socket(wanted->family, wanted->socktype | SOCK_CLOEXEC, wanted->protocol);
  }

  static CURLcode on_handshake(CURL*, void* ssl_context, void* context) noexcept {
    CurlRun& self = run(context);
    Transfer& transfer = self.transfer_;
    transfer.stage = Stage::handshake;
    const auto ready = [&] {
      transfer.seen = std::make_shared<Examination>();
      return self.side_.prepare(ssl_context, transfer.host, transfer.seen);
    };
    return guarded(ready, false) ? CURLE_OK : CURLE_SSL_CERTPROBLEM;
  }

  // A connection is there, new or used before, and this exchange has said nothing on it yet.
  static int on_connection(void* context, char*, char*, int, int) noexcept {
    Transfer& transfer = run(context).transfer_;
    transfer.stage = Stage::asked;
    const auto* tls = run(context).ask<curl_tlssessioninfo*>(CURLINFO_TLS_SSL_PTR, nullptr);
    transfer.seen = tls == nullptr ? nullptr : TlsSide::examination_of(tls->internals);
    return transfer.seen ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
  }

  static std::size_t on_head(char* bytes, std::size_t one, std::size_t size, void* context) noexcept {
    const std::string_view line(bytes, one * size);
    const auto take = [&] { return run(context).transfer_.take_head(line) ? line.size() : 0; };
    return guarded(take, std::size_t{0});
  }

  static std::size_t on_body(char* bytes, std::size_t one, std::size_t size, void* context) noexcept {
    const std::string_view more(bytes, one * size);
    const long status = run(context).ask(CURLINFO_RESPONSE_CODE, 0L);
    const auto take = [&] { return run(context).transfer_.take_body(status, more) ? more.size() : 0; };
    return guarded(take, std::size_t{0});
  }

  Transfer& transfer_;
  TlsSide& side_;
  Easy easy_;
  Headers headers_;
};

}  // namespace

std::unique_ptr<Run> Run::create(Transfer& transfer, TlsSide& side, std::int64_t idle_ms) {
  transfer.ending = Ending::bad_url;
  if (!locate(transfer)) return nullptr;
  transfer.ending = Ending::failed;
  transfer.trouble = "the library does not take the request";
  auto run = std::make_unique<CurlRun>(transfer, side);
  if (!run->describe(idle_ms)) return nullptr;
  return run;
}

Run& Run::of(void* easy) {
  Run* run = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &run);
  return *run;
}

Result<void> prepare_library() {
  static const CURLcode prepared = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (prepared != CURLE_OK) {
    return Error{Fault::config, text("libcurl does not start: {}", curl_easy_strerror(prepared))};
  }
  const char* tls = curl_version_info(CURLVERSION_NOW)->ssl_version;
  if (tls == nullptr || !starts_with_ignoring_case(tls, "OpenSSL/")) {
    return Error{Fault::config, text("libcurl is built with {} here: the one with OpenSSL is needed",
                                     tls == nullptr ? "no TLS" : tls)};
  }
  return {};
}

}  // namespace ucm::net
