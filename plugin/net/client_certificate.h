// Whether a server's certificate is the one to believe. The only door to OpenSSL's X.509.
#pragma once

#include <string>

#include "net/client_tls.h"

struct x509_store_ctx_st;

namespace ucm::net {

// Of the chain that a handshake brought. Fills in what the certificate says of itself, whatever comes of it,
// and the detail of a flaw that wants one.
[[nodiscard]] Flaw judge(x509_store_ctx_st* chain, const TlsTrust& trust, const std::string& host,
                         Examination& seen);

}  // namespace ucm::net
