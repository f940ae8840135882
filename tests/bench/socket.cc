#include "socket.h"

#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <type_traits>
#include <utility>

namespace bench {

namespace {

struct EndSession {
  void operator()(gnutls_session_t session) const { gnutls_deinit(session); }
};
struct FreeCredentials {
  void operator()(gnutls_certificate_credentials_t credentials) const {
    gnutls_certificate_free_credentials(credentials);
  }
};
using Session = std::unique_ptr<std::remove_pointer_t<gnutls_session_t>, EndSession>;
using Credentials = std::unique_ptr<std::remove_pointer_t<gnutls_certificate_credentials_t>, FreeCredentials>;

Moved moved(ssize_t count, bool again) {
  if (count > 0) return {Flow::some, static_cast<std::size_t>(count)};
  return {again ? Flow::later : Flow::ended, 0};
}

bool again(ssize_t fault) {
  return fault == GNUTLS_E_AGAIN || fault == GNUTLS_E_INTERRUPTED;
}

// The certificate is the bench's own: its cost counts, its name does not.
Session shake_hands(int descriptor, const Credentials& credentials) {
  gnutls_session_t made = nullptr;
  if (gnutls_init(&made, GNUTLS_CLIENT) != GNUTLS_E_SUCCESS) give_up("no TLS session");
  Session session(made);
  gnutls_set_default_priority(made);
  gnutls_credentials_set(made, GNUTLS_CRD_CERTIFICATE, credentials.get());
  gnutls_transport_set_int(made, descriptor);
  int done = GNUTLS_E_AGAIN;
  while (again(done)) done = gnutls_handshake(made);
  if (done != GNUTLS_E_SUCCESS) give_up(gnutls_strerror(done));
  return session;
}

}  // namespace

struct Socket::Impl {
  int descriptor = -1;
  Credentials credentials;
  Session session;

  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    session.reset();
    ::close(descriptor);
  }
};

Socket::Socket(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Socket::Socket(Socket&&) noexcept = default;
Socket& Socket::operator=(Socket&&) noexcept = default;
Socket::~Socket() = default;

int Socket::descriptor() const {
  return impl_->descriptor;
}

Socket Socket::open(const sockaddr_in& to, const sockaddr_in& source, bool tls) {
  auto impl = std::make_unique<Impl>();
  impl->descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(impl->descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(impl->descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  if (::bind(impl->descriptor, reinterpret_cast<const sockaddr*>(&source), sizeof source) != 0 ||
      ::connect(impl->descriptor, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    give_up(std::strerror(errno));
  }
  if (tls) {
    gnutls_certificate_credentials_t made = nullptr;
    if (gnutls_certificate_allocate_credentials(&made) != GNUTLS_E_SUCCESS) give_up("no TLS credentials");
    impl->credentials.reset(made);
    impl->session = shake_hands(impl->descriptor, impl->credentials);
  }
  ::fcntl(impl->descriptor, F_SETFL, ::fcntl(impl->descriptor, F_GETFL) | O_NONBLOCK);
  return Socket(std::move(impl));
}

Moved Socket::send(std::string_view bytes) {
  if (impl_->session) {
    const ssize_t count = gnutls_record_send(impl_->session.get(), bytes.data(), bytes.size());
    return moved(count, again(count));
  }
  const ssize_t count = ::send(impl_->descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  return moved(count, errno == EAGAIN);
}

Moved Socket::receive(std::span<char> room) {
  if (impl_->session) {
    const ssize_t count = gnutls_record_recv(impl_->session.get(), room.data(), room.size());
    return moved(count, again(count));
  }
  const ssize_t count = ::recv(impl_->descriptor, room.data(), room.size(), 0);
  return moved(count, count < 0 && errno == EAGAIN);
}

void give_up(std::string_view what) {
  std::fprintf(stderr, "bench_load: %.*s\n", static_cast<int>(what.size()), what.data());
  std::exit(1);
}

}  // namespace bench
