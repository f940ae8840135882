// The decoder of XML documents, with anything at all for a document.
#include "bytes.h"
#include "wire/format.h"
#include "wire/startup.h"
#include "wire/utf8.h"

using namespace ucm;
using namespace ucm::wire;

int LLVMFuzzerInitialize(int*, char***) {
  prepare_xml();
  return 0;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Decoded out = xml_format().decode(fuzz::view_of(data, size));
  for (const Leg& leg : out.legs) fuzz::demand(identified(leg) && is_utf8(leg.caller_name));
  return 0;
}
