#include "base/digest.h"

#include <set>
#include <vector>

#include "check.h"

namespace {

using namespace ucm;

std::string digest_of(const std::vector<std::string_view>& parts) {
  return hex(digest128(parts));
}

void a_digest_stays_what_it_is(void**) {
  // It is stored: another value would make every known leg new. SHA-256 of 01000000 61, first half.
  assert_text(digest_of({"a"}), "f9f2eff042fb3ba78744d4688e6cd19f");
}

void parts_do_not_run_into_each_other(void**) {
  std::set<std::string> seen;
  const std::vector<std::vector<std::string_view>> different{
      {},      {""},        {"", ""},    {"ab", "c"}, {"a", "bc"},
      {"abc"}, {"c", "ab"}, {"abc", ""}, {"", "abc"}, {std::string_view("a\0bc", 4)}};
  for (const auto& parts : different) assert_true(seen.insert(digest_of(parts)).second);
}

void hexadecimal_is_lower_case_and_as_long_as_asked(void**) {
  Digest128 digest{};
  digest[0] = std::byte{0xAB};
  digest[1] = std::byte{0x0F};
  assert_text(hex(digest, 2), "ab0f");
  assert_text(hex(digest, 0), "");
  assert_int_equal(hex(digest).size(), 32);
  assert_int_equal(hex(digest, 99).size(), 32);
}

// The two vectors of docs/wire.md: challenge and password, one behind the other.
void md5_is_that_of_every_other_program(void**) {
  assert_text(md5_hex(""), "d41d8cd98f00b204e9800998ecf8427e");
  assert_text(md5_hex("0000001652831717cdrapi123"), "0faa24433e3c7a9bcfa8000f735305d5");
  assert_text(md5_hex("0000001496038514cdrapi123"), "842f83b03f481e3f4f8e49aded988815");
}

// printf abc | openssl dgst -sha256 -binary | base64
void sha256_in_base64_is_that_of_every_other_program(void**) {
  assert_text(sha256_base64("abc"), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
  assert_text(sha256_base64(""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
  assert_text(sha256_base64(std::string_view("a\0b", 3)), "WbJxrhu8sdMdQZKYF/Sxb7Q5608xUgta0dXOmJIKcTg=");
}

}  // namespace

int digest_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_digest_stays_what_it_is),
      cmocka_unit_test(parts_do_not_run_into_each_other),
      cmocka_unit_test(hexadecimal_is_lower_case_and_as_long_as_asked),
      cmocka_unit_test(md5_is_that_of_every_other_program),
      cmocka_unit_test(sha256_in_base64_is_that_of_every_other_program),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
