// A stream cut anywhere reads as the stream at once does. The first byte says how it is cut and how long a
// document may be.
#include "wire/splitter.h"

#include "bytes.h"
#include "wire/describe.h"
#include "wire/startup.h"
#include "wire/utf8.h"

using namespace ucm;
using namespace ucm::wire;

namespace {

std::string read_in_pieces(std::string_view stream, std::size_t first, std::size_t step, std::size_t most) {
  Decoded out;
  Splitter splitter(most);
  std::size_t piece = first;
  while (!stream.empty()) {
    splitter.feed(stream.substr(0, piece), out);
    fuzz::demand(splitter.buffered() <= most);
    stream.remove_prefix(std::min(piece, stream.size()));
    piece = 1 + (piece * 7 + step) % 23;
  }
  splitter.finish(out);
  for (const Leg& leg : out.legs) {
    fuzz::demand(identified(leg) && leg.duration >= 0 && leg.duration <= kLongestLeg);
    fuzz::demand(is_utf8(leg.src) && is_utf8(leg.clid) && is_utf8(leg.lastdata));
  }
  for (const Rejected& rejected : out.rejected) fuzz::demand(!rejected.detail.empty());
  return described_in_full(out);
}

}  // namespace

int LLVMFuzzerInitialize(int*, char***) {
  prepare_xml();
  return 0;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t how = data[0];
  const std::string_view stream = fuzz::view_of(data + 1, size - 1);
  const std::size_t most = how % 4 == 0 ? 64 + how : 8192;
  const std::string whole = read_in_pieces(stream, stream.size() + 1, 0, most);
  fuzz::demand(read_in_pieces(stream, 1 + how % 17, how, most) == whole);
  return 0;
}
