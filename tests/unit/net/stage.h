// A loop, an intake that writes down what it is given, and raw clients, all on the test's own thread.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/text.h"
#include "net/descriptor.h"
#include "net/listener.h"
#include "net/places.h"

namespace ucm::net {

// For what hangs alone: a busy machine may need long.
inline constexpr std::int64_t kPatienceMs = 90'000;

struct Delivered {
  Ticket ticket = 0;
  Address sender;
  std::string body;
};

class Notebook final : public Intake {
 public:
  struct Line {
    std::string bytes;
    int closed = 0;
  };

  bool knows(const Address& sender) override { return !stranger || sender != *stranger; }
  void deliver(Ticket ticket, const Address& sender, std::string body) override {
    delivered.push_back({ticket, sender, std::move(body)});
  }
  std::unique_ptr<Stream> open(const Address&) override {
    lines.push_back(std::make_unique<Line>());
    return std::make_unique<Writer>(*lines.back());
  }
  bool has_room(const Address&) override { return room; }
  void refused(Refusal refusal, const Address&) override { ++refusals.at(static_cast<std::size_t>(refusal)); }
  [[nodiscard]] int count(Refusal refusal) const { return refusals.at(static_cast<std::size_t>(refusal)); }

  std::optional<Address> stranger;
  bool room = true;
  std::vector<Delivered> delivered;
  std::vector<std::unique_ptr<Line>> lines;
  std::array<int, kRefusals> refusals{};

 private:
  // A document begins with '<' and ends with '>'.
  class Writer final : public Stream {
   public:
    explicit Writer(Line& line) : line_(line) {}
    void bytes(std::string_view more) override { line_.bytes.append(more); }
    void closed() override { ++line_.closed; }
    bool inside_document() const override {
      const std::size_t open = line_.bytes.rfind('<');
      return open != std::string::npos && line_.bytes.find('>', open) == std::string::npos;
    }

   private:
    Line& line_;
  };
};

class Stage {
 public:
  Stage()
      : log([this](Severity, const std::string& line) { said.push_back(line); }),
        loop(std::move(Loop::create()).value()) {
    loop->set_end_of_turn([this] {
      ++turns;
      if (answering) answer_all();
    });
  }
  ~Stage() { listeners.clear(); }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  // Runs the loop until `reached`; false when that takes too long.
  [[nodiscard]] bool until(const std::function<bool()>& reached, std::int64_t ms = kPatienceMs) {
    if (reached()) return true;
    const std::int64_t end = system_clock().mono_ms() + ms;
    const auto look = loop->every(2, [&] {
      if (reached() || system_clock().mono_ms() > end) loop->stop();
    });
    loop->run();
    return reached();
  }

  Listener& open(Endpoint endpoint) {
    endpoint.url = "test";
    auto opened = net::listen(*loop, places, endpoint, intake, log);
    if (!opened) said.push_back(opened.error().what);
    listeners.push_back(opened ? std::move(opened).value() : nullptr);
    return *listeners.back();
  }
  Listener& open(Scheme scheme, const std::string& host = "127.0.0.1") {
    Endpoint endpoint;
    endpoint.scheme = scheme;
    endpoint.host = host;
    return open(endpoint);
  }

  void answer_all() {
    const std::size_t known = intake.delivered.size();
    if (answered == known) return;
    for (; answered < known; ++answered) {
      for (auto& listener : listeners) listener->answer(intake.delivered[answered].ticket, reply);
    }
    for (auto& listener : listeners) listener->flush();
  }

  [[nodiscard]] bool has_said(std::string_view part) const {
    for (const std::string& line : said) {
      if (line.find(part) != std::string::npos) return true;
    }
    return false;
  }

  std::vector<std::string> said;
  Log log;
  std::unique_ptr<Loop> loop;
  Notebook intake;
  Places places{10'000};
  std::vector<std::unique_ptr<Listener>> listeners;
  Reply reply{Verdict::accepted, "kept"};
  bool answering = true;
  std::size_t answered = 0;
  int turns = 0;
};

// A socket of a sender, not blocking; the stage's loop runs while it waits.
class Peer {
 public:
  Peer(Stage& stage, std::uint16_t port, const char* from = "127.0.0.1", const char* to = "127.0.0.1")
      : stage_(stage), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    const sockaddr_in mine = address(from, 0);
    const sockaddr_in theirs = address(to, port);
    ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&mine), sizeof mine);
    const int failed = ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&theirs), sizeof theirs);
    refused = ended = failed != 0 && errno != EINPROGRESS;
  }

  void send(std::string_view bytes) {
    std::size_t sent = 0;
    const bool all = stage_.until([&] {
      listen();
      if (ended) return true;
      const ssize_t count = ::send(socket_.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (count > 0) sent += static_cast<std::size_t>(count);
      if (count < 0 && errno != EAGAIN) ended = true;
      return sent == bytes.size() || ended;
    });
    static_cast<void>(all);
  }
  void finish() { ::shutdown(socket_.get(), SHUT_WR); }
  void vanish() { socket_.close(); }

  // Takes what has come.
  void listen() {
    std::array<char, 65536> buffer;
    ssize_t count = 0;
    while ((count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0)) > 0) {
      heard.append(buffer.data(), static_cast<std::size_t>(count));
    }
    if (count == 0 || (errno != EAGAIN && errno != ENOTCONN)) ended = true;
    if (count < 0 && errno == ECONNREFUSED) refused = true;
  }
  [[nodiscard]] bool hears(const std::function<bool()>& reached, std::int64_t ms = kPatienceMs) {
    return stage_.until(
        [&] {
          listen();
          return reached();
        },
        ms);
  }
  [[nodiscard]] bool is_cut(std::int64_t ms = kPatienceMs) {
    return hears([this] { return ended; }, ms);
  }

  // The next whole response, taken out of `heard`; "" when none comes. 100 Continue is one of its own.
  [[nodiscard]] std::string answer() {
    std::size_t size = 0;
    const bool whole = hears([&] {
      size = whole_response();
      return size > 0 || ended;
    });
    if (!whole || size == 0) return "";
    std::string response = heard.substr(0, size);
    heard.erase(0, size);
    return response;
  }
  [[nodiscard]] std::string status() {
    const std::string response = answer();
    return response.size() < 12 ? "" : response.substr(9, 3);
  }

  [[nodiscard]] int descriptor() const { return socket_.get(); }

  std::string heard;
  bool ended = false;
  bool refused = false;

 private:
  static sockaddr_in address(const char* host, std::uint16_t port) {
    sockaddr_in made{};
    made.sin_family = AF_INET;
    made.sin_port = htons(port);
    ::inet_pton(AF_INET, host, &made.sin_addr);
    return made;
  }
  [[nodiscard]] std::size_t whole_response() const {
    const std::size_t head = heard.find("\r\n\r\n");
    if (head == std::string::npos) return 0;
    const std::size_t length = heard.find("Content-Length: ");
    if (length > head) return head + 4;
    const std::size_t body = std::stoul(heard.substr(length + 16));
    return heard.size() >= head + 4 + body ? head + 4 + body : 0;
  }

  Stage& stage_;
  Descriptor socket_;
};

inline std::string post(std::string_view body, std::string_view more_headers = "") {
  return text("POST /cdr HTTP/1.1\r\nHost: here\r\n{}Content-Length: {}\r\n\r\n{}", more_headers, body.size(),
              body);
}

}  // namespace ucm::net
