// The mask, with anything at all: as many bytes as before, which masked again are of the same form, and no
// number that was put into it.
#include "wire/mask.h"

#include <algorithm>
#include <string>

#include "bytes.h"
#include "wire/utf8.h"

using namespace ucm::wire;

namespace {

// Digits and letters alike, so that escapes and references do not matter.
std::string form_of(std::string_view bytes) {
  std::string form(bytes);
  for (char& c : form) {
    const bool is_word =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
    if (is_word) c = 'a';
  }
  return form;
}

std::string masked(std::string_view bytes) {
  return Masker().masked(bytes);
}

}  // namespace

int LLVMFuzzerInitialize(int*, char***) {
  return 0;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = ucm::fuzz::view_of(data, size);
  const std::string once = masked(input);
  constexpr std::size_t kSecret = 8;
  ucm::fuzz::demand(once.size() <= input.size() * kSecret);
  // A secret has another length; keys of a secret begin with what stands here.
  ucm::fuzz::demand(once.size() == input.size() || once.find("xxxxxxxx") != std::string::npos);
  if (once.size() == input.size()) ucm::fuzz::demand(form_of(once) == form_of(input));
  ucm::fuzz::demand(form_of(masked(once)) == form_of(once));
  const std::string shown = printable(once);
  ucm::fuzz::demand(is_utf8(shown) && shown.size() <= 4 * once.size());

  // In the middle of anything, a telephone number.
  constexpr std::string_view kNumber = " 5550142339 ";
  std::string with(input.substr(0, size / 2));
  with.append(kNumber).append(input.substr(size / 2));
  const std::string found = masked(with);
  ucm::fuzz::demand(found.find("5550142339") == std::string::npos ||
                    input.find("5550142339") != std::string_view::npos);
  return 0;
}
