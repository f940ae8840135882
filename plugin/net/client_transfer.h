// One exchange while it runs: what was asked, how far it came, what has come back.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/client.h"
#include "net/client_tls.h"

namespace ucm::net {

// Where on its way it is.
enum class Stage { looking_up, connecting, handshake, asked, answering };

// What ended it, as the library tells; the sentence is made of this, the stage and the TLS flaw.
enum class Ending {
  whole,          // an answer
  bad_url,        // not https, without a host, or with credentials
  no_address,     //
  no_connection,  // `fault` is the errno
  no_handshake,   //
  out_of_time,    //
  cut,            //
  no_http,        //
  too_large,      // told before it came
  stopped,        // by take_head() or take_body()
  failed,         // otherwise; `trouble` is the library's word for it
};

class Transfer {
 public:
  Transfer(std::uint64_t number, ClientRequest asked, Client::Done told)
      : id(number), request(std::move(asked)), done(std::move(told)) {}
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() = default;

  // What comes, as it comes; false ends the exchange. A head comes in lines, with their ends; that of an
  // earlier answer, as a 401 that is answered with credentials, is forgotten when the next begins.
  [[nodiscard]] bool take_head(std::string_view line);
  [[nodiscard]] bool take_body(long status, std::string_view bytes);

  // The answer, made once, after it has ended.
  [[nodiscard]] ClientAnswer answer();

  const std::uint64_t id;
  const ClientRequest request;
  Client::Done done;
  std::int64_t started_ms = 0;
  std::int64_t ended_ms = 0;
  bool abandoned = false;  // its Exchange went while it could not be stopped

  std::string host;  // of the URL, an IPv6 address without brackets
  std::string port;
  Stage stage = Stage::looking_up;
  std::shared_ptr<Examination> seen;  // of the connection it is on

  Ending ending = Ending::failed;
  int fault = 0;
  const char* trouble = "";
  int status = 0;
  std::string content_type;

 private:
  [[nodiscard]] bool is_cut() const;

  std::string challenge_;
  std::string body_;
  std::size_t head_bytes_ = 0;
  std::uint64_t body_bytes_ = 0;
  bool head_ended_ = false;
  bool end_marked_ = false;  // of the body, by the head
  bool enough_ = false;
  bool too_large_ = false;
};

// Without what does not print, and no longer than `most`.
[[nodiscard]] std::string printable(std::string_view text, std::size_t most);

}  // namespace ucm::net
