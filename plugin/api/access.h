// How one PBX is reached: plain values out of its API block.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "net/client.h"

namespace ucm::api {

enum class ApiKind {
  current,  // POST /api, JSON: UCM63xx, CloudUCM, late UCM62xx; "new" in a configuration
  legacy,   // GET /cdrapi and its like, port 8443: UCM61xx, UCM62xx, UCM6510
};

struct Access {
  ApiKind kind = ApiKind::current;
  std::string url;  // of the new API whole, "https://192.168.1.100:8089/api"; of the legacy one without path
                    // and final '/'
  std::string user;
  std::string password;
  std::int64_t timeout_ms = 10'000;
  net::TlsTrust trust;
};

}  // namespace ucm::api
