// The whole core on loopback, and senders that know nothing but sockets.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/text.h"
#include "check.h"
#include "net/control.h"
#include "scratch.h"
#include "service/service.h"
#include "wire/json.h"

namespace ucm::service {

// For what hangs alone: a busy machine may need long.
inline constexpr std::int64_t kPatienceMs = 90'000;

// Looks again until it is so; false when that takes too long.
[[nodiscard]] inline bool until(const std::function<bool()>& so) {
  const std::int64_t end = system_clock().mono_ms() + kPatienceMs;
  while (!so()) {
    if (system_clock().mono_ms() > end) return false;
    ::poll(nullptr, 0, 10);
  }
  return true;
}

class Client {
 public:
  explicit Client(int port, const char* from = "127.0.0.1") {
    descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bound(from, 0, &::bind);
    connected_ = bound("127.0.0.1", port, &::connect);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { close(); }

  [[nodiscard]] bool connected() const noexcept { return connected_; }
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // All that comes until the other side closes or nothing comes for too long.
  [[nodiscard]] std::string rest() {
    std::string all;
    std::array<char, 4096> buffer{};
    pollfd ready{descriptor_, POLLIN, 0};
    while (::poll(&ready, 1, static_cast<int>(kPatienceMs)) == 1) {
      const ssize_t count = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
      if (count <= 0) break;
      all.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return all;
  }
  void close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }

 private:
  template <class Call>
  bool bound(const char* host, int port, Call call) const {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    ::inet_pton(AF_INET, host, &address.sin_addr);
    return call(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  int descriptor_ = -1;
  bool connected_ = false;
};

// The answer's status; 0 when there is none.
[[nodiscard]] inline int post(int port, std::string_view body, const char* from = "127.0.0.1") {
  Client client(port, from);
  client.send(text("POST /cdr HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}",
                   body.size(), body));
  const std::string answer = client.rest();
  return answer.starts_with("HTTP/1.1 ") ? std::atoi(answer.c_str() + 9) : 0;
}

[[nodiscard]] inline std::string record(std::string_view session, std::string_view more = "") {
  return text(
      R"({{"session":"{0}","uniqueid":"{0}.1","start":"2026-02-02 10:00:00","answer":"2026-02-02 10:00:05",)"
      R"("duration":"65","billsec":"60","disposition":"ANSWERED","lastapp":"Dial","action_type":"DIAL"{1}}})",
      session, more);
}

class Running {
 public:
  Running() {
    settings.state_directory = scratch / "state";
    settings.control_socket = scratch / "s";
    settings.settle_s = 0;
    settings.agent_host = "agent";
    for (const char* url : {"http://127.0.0.1:0", "tcp://127.0.0.1:0"}) {
      settings.listeners.push_back(std::move(net::parse_endpoint(url)).value());
    }
    settings.pbxes.push_back(pbx("hq", "127.0.0.1"));
  }
  ~Running() { stop(); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  static PbxSettings pbx(const std::string& name, const char* from) {
    PbxSettings made;
    made.name = made.host = name;
    made.from.push_back(*net::parse_network(from));
    return made;
  }

  void start() {
    auto started = Service::start(settings, {[this](Severity, const std::string& line) {
                                               const std::scoped_lock lock(mutex_);
                                               lines_.push_back(line);
                                             },
                                             {}});
    assert_true(started.ok());
    service = std::move(started).value();
  }
  void stop() { service.reset(); }
  void restart() {
    stop();
    start();
  }

  // One question on the control socket.
  [[nodiscard]] wire::Json ask(const std::string& line) const {
    const auto answer = net::ask(settings.control_socket, line, static_cast<int>(kPatienceMs));
    if (!answer) print_error("%s\n", answer.error().what.c_str());
    assert_true(answer.ok());
    auto parsed = wire::Json::parse(answer.value());
    assert_true(parsed.ok());
    return std::move(parsed).value();
  }
  [[nodiscard]] wire::Json status() const { return ask(R"({"get":"status"})").get("status"); }
  [[nodiscard]] int port(std::size_t door) const {
    return std::atoi(status().get("listeners").at(door).get("port").scalar().value_or("0").c_str());
  }
  [[nodiscard]] int http() const { return port(0); }
  [[nodiscard]] int tcp() const { return port(1); }

  // As a host would get it; nothing when there is no such series. `host` "" is the agent.
  [[nodiscard]] static std::optional<double> find(const metrics::Snapshot* snapshot, const std::string& host,
                                                  const std::string& scope, metrics::Metric metric) {
    if (snapshot == nullptr) return std::nullopt;
    for (const metrics::Section& section : snapshot->sections) {
      if (section.host != host || section.scope != scope) continue;
      for (const metrics::Reading& reading : section.readings) {
        if (reading.row->metric != metric) continue;
        return reading.row->kind == metrics::Kind::counter ? static_cast<double>(reading.count)
                                                           : reading.level;
      }
    }
    return std::nullopt;
  }
  [[nodiscard]] std::optional<double> value(const std::string& host, const std::string& scope,
                                            metrics::Metric metric) const {
    return find(service->board().look().get(), host, scope, metric);
  }
  void comes_to(double expected, const std::string& host, const std::string& scope,
                metrics::Metric metric) const {
    const bool so = until([&] { return value(host, scope, metric) == expected; });
    if (!so) print_error("%s stays %f\n", scope.c_str(), value(host, scope, metric).value_or(-1));
    assert_true(so);
  }

  [[nodiscard]] bool said(std::string_view words) const {
    const std::scoped_lock lock(mutex_);
    for (const std::string& line : lines_) {
      if (line.find(words) != std::string::npos) return true;
    }
    return false;
  }

  Scratch scratch;
  Settings settings;
  std::unique_ptr<Service> service;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

}  // namespace ucm::service
