// Limits: what is too long, too deep or arrives slowly stays bounded in memory and time, and harms no
// neighbour.
#include "wire/splitter.h"

#include <ctime>
#include <vector>

#include "wire/startup.h"

#include "check.h"

namespace {

using namespace ucm;
using namespace ucm::wire;

constexpr std::size_t kMost = 256 * 1024;
constexpr std::size_t kShown = 4096;
constexpr std::string_view kGood = "{\"AcctId\":\"1\"}\n";

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) all.append(text);
  return all;
}

// In packets, with the bound of the buffer watched.
Decoded fed(std::string_view bytes, std::size_t packet, std::size_t most = kMost) {
  Decoded out;
  Splitter splitter(most);
  for (std::size_t at = 0; at < bytes.size(); at += packet) {
    splitter.feed(bytes.substr(at, packet), out);
    assert_true(splitter.buffered() <= most);
  }
  splitter.finish(out);
  assert_int_equal(splitter.buffered(), 0);
  return out;
}

void check_one_rejected(const std::string& bytes, Unfit unfit, std::size_t legs) {
  for (const std::size_t packet : {bytes.size(), std::size_t{1}, std::size_t{1460}, std::size_t{65536}}) {
    const Decoded out = fed(bytes, packet);
    assert_int_equal(out.legs.size(), legs);
    assert_int_equal(out.rejected.size(), 1);
    assert_text(word_for(out.rejected[0].unfit), word_for(unfit));
    assert_true(out.rejected[0].bytes.size() <= kMost);
  }
}

void a_document_of_the_limit_is_read(void**) {
  const std::string record = "{\"AcctId\":\"1\",\"lastdata\":\"" + std::string(100, 'x') + "\"}";
  assert_int_equal(fed(record, 7, record.size()).legs.size(), 1);
  assert_int_equal(fed(record, record.size(), record.size()).legs.size(), 1);
  const Decoded out = fed(record + std::string(kGood), 7, record.size() - 1);
  assert_int_equal(out.legs.size(), 1);
  assert_int_equal(out.rejected.size(), 1);
  assert_true(out.rejected[0].unfit == Unfit::too_large);
}

void a_field_of_ten_megabytes_is_passed_over(void**) {
  const std::string huge(10'000'000, 'x');
  check_one_rejected("{\"AcctId\":\"2\",\"src\":\"" + huge + "\"}" + std::string(kGood), Unfit::too_large, 1);
  check_one_rejected("<cdr><src>" + huge + "</src></cdr>" + std::string(kGood), Unfit::too_large, 1);
  check_one_rejected("'2','" + huge + "'\n" + std::string(kGood), Unfit::too_large, 1);
  const Decoded out = fed("{\"src\":\"" + huge, 65536);
  assert_int_equal(out.rejected.size(), 1);
  assert_int_equal(out.rejected[0].bytes.size(), kShown);
}

void garbage_without_end_is_one_piece(void**) {
  check_one_rejected(std::string(3'000'000, 'z') + "\n" + std::string(kGood), Unfit::syntax, 1);
  check_one_rejected(std::string(3'000'000, '\x01') + "\n" + std::string(kGood), Unfit::syntax, 1);
  assert_int_equal(fed(std::string(1'000'000, '\0') + std::string(1'000'000, '\n'), 4096).rejected.size(), 0);
}

void a_hundred_thousand_levels(void**) {
  check_one_rejected(repeated("{\"a\":", 100'000) + "\n" + std::string(kGood), Unfit::too_deep, 1);
  check_one_rejected(std::string(100'000, '[') + std::string(100'000, ']') + "\n" + std::string(kGood),
                     Unfit::too_deep, 1);
  check_one_rejected(repeated("<a>", 100'000) + repeated("</a>", 100'000) + "\n" + std::string(kGood),
                     Unfit::too_deep, 1);
  const Decoded direct = formats()[0].decode(std::string(100'000, '[') + std::string(100'000, ']'));
  assert_int_equal(direct.rejected.size(), 1);
  assert_true(direct.rejected[0].unfit == Unfit::too_deep);
  const Decoded xml = formats()[1].decode(repeated("<a>", 100'000) + repeated("</a>", 100'000));
  assert_int_equal(xml.rejected.size(), 1);
}

void many_records_survive_a_cut_one(void**) {
  constexpr std::size_t kMany = kSanitized ? 5'000 : 50'000;
  for (const char* cut :
       {"{\"AcctId\":\"0\",\"src\":\n", "<cdr><AcctId>0</AcctId><src>1\n", "[\n", "{\"a\":[1,\n"}) {
    const Decoded out = fed(cut + repeated(kGood, kMany), 1460);
    assert_int_equal(out.legs.size(), kMany);
    assert_int_equal(out.rejected.size(), 1);
  }
  const Decoded xml =
      fed("<cdr><AcctId>0</AcctId><src>1\n" + repeated("<cdr><AcctId>1</AcctId></cdr>\n", kMany), 999);
  assert_int_equal(xml.legs.size(), kMany);
  assert_int_equal(xml.rejected.size(), 1);
}

// Reads hostile streams byte by byte and at once; what grows with the square of the length would take
// minutes.
void time_grows_with_length_alone(void**) {
  constexpr std::size_t kBytes = kSanitized ? 50'000 : 400'000;
  const std::clock_t began = std::clock();
  const std::vector<std::string> patterns{"{\"AcctId\":\"1\"}",
                                          "{\"a\":\n",
                                          "{\"a\":\"b\n",
                                          "[\n",
                                          "[\n1,\n",
                                          "{",
                                          "{\"a\":{}\n",
                                          "<a>\n",
                                          "<a>\n<b></b>\n",
                                          "<",
                                          "<a b=\"\n",
                                          "<!--\n",
                                          "<!DOCTYPE [\n",
                                          "<![CDATA[\n",
                                          "'",
                                          "',\n'",
                                          ",",
                                          ",\n",
                                          "1\n",
                                          "\"",
                                          "\\",
                                          "x{",
                                          "{\"a\":\"\\",
                                          "&",
                                          "<a>&",
                                          "]\n",
                                          "{]\n",
                                          "\n'\n{\n",
                                          std::string("\0{", 2),
                                          "\xEF\xBB\xBF",
                                          "<?x ",
                                          "1,\0"};
  for (const std::string& pattern : patterns) {
    const std::string bytes = repeated(pattern, kBytes / pattern.size());
    for (const std::size_t packet : {std::size_t{1}, std::size_t{1460}, bytes.size()})
      (void)fed(bytes, packet);
  }
  assert_true((std::clock() - began) / CLOCKS_PER_SEC < 60);
}

void the_splitter_goes_on_after_finish(void**) {
  Decoded out;
  Splitter splitter(kMost);
  splitter.feed("{\"AcctId\":", out);
  splitter.finish(out);
  splitter.feed(kGood, out);
  splitter.finish(out);
  assert_int_equal(out.legs.size(), 1);
  assert_int_equal(out.rejected.size(), 1);
}

void formats_are_recognised_by_their_bytes(void**) {
  assert_text(recognise("{}").name, "json");
  assert_text(recognise("\xEF\xBB\xBF \r\n[").name, "json");
  assert_text(recognise(std::string_view("\0\0<a/>", 6)).name, "xml");
  assert_text(recognise("'1',").name, "csv");
  assert_text(recognise("").name, "csv");
}

}  // namespace

int splitter_test() {
  prepare_xml();
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_document_of_the_limit_is_read),
      cmocka_unit_test(a_field_of_ten_megabytes_is_passed_over),
      cmocka_unit_test(garbage_without_end_is_one_piece),
      cmocka_unit_test(a_hundred_thousand_levels),
      cmocka_unit_test(many_records_survive_a_cut_one),
      cmocka_unit_test(time_grows_with_length_alone),
      cmocka_unit_test(the_splitter_goes_on_after_finish),
      cmocka_unit_test(formats_are_recognised_by_their_bytes),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
