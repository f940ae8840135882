#include "service/short_asking.h"

#include <utility>

#include "wire/startup.h"

namespace ucm::service {

ShortAsking::ShortAsking() {
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &before_);
}

ShortAsking::~ShortAsking() {
  client_.reset();
  loop_.reset();
  sigaction(SIGPIPE, &before_, nullptr);
}

Result<std::unique_ptr<ShortAsking>> ShortAsking::open() {
  wire::prepare_xml();
  net::prepare_client();
  std::unique_ptr<ShortAsking> asking(new ShortAsking);
  Result<std::unique_ptr<net::Loop>> loop = net::Loop::create();
  if (!loop) return loop.error();
  asking->loop_ = std::move(loop).value();
  Result<std::unique_ptr<net::Client>> client = net::Client::create(*asking->loop_);
  if (!client) return client.error();
  asking->client_ = std::move(client).value();
  return asking;
}

}  // namespace ucm::service
