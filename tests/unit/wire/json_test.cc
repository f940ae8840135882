#include "wire/json.h"

#include <cmath>
#include <limits>

#include "wire/format.h"
#include "wire/json_text.h"

#include "check.h"

namespace {

using namespace ucm;
using namespace ucm::wire;

Json read(std::string_view text) {
  auto value = Json::parse(text);
  assert_true(value.ok());
  return std::move(value).value();
}

void kinds_and_scalars(void**) {
  assert_true(Json().is(Json::Kind::null));
  assert_true(read("null").is(Json::Kind::null));
  assert_true(read("true").is(Json::Kind::boolean));
  assert_true(read("7").is(Json::Kind::integer));
  assert_true(read("7.5").is(Json::Kind::real));
  assert_true(read("\"x\"").is(Json::Kind::string));
  assert_true(read("[]").is(Json::Kind::array));
  assert_true(read("{}").is(Json::Kind::object));
  assert_text(read("-7").scalar().value(), "-7");
  assert_text(read("3.0").scalar().value(), "3");
  assert_text(read("0.25").scalar().value(), "0.25");
  assert_text(read("false").scalar().value(), "false");
  assert_text(read("\"a\\u00e9\"").scalar().value(), "a\xC3\xA9");
  assert_false(read("null").scalar().has_value());
  assert_false(read("[1]").scalar().has_value());
  assert_text(read("\"text\"").characters(), "text");
  assert_text(read("7").characters(), "");
}

void members_and_items(void**) {
  const Json value = read(R"({"b":1,"a":[10,20],"c":null})");
  assert_int_equal(value.size(), 3);
  assert_text(value.get("b").scalar().value(), "1");
  assert_text(value.get("a").at(1).scalar().value(), "20");
  assert_true(value.get("a").at(2).is(Json::Kind::null));
  assert_true(value.get("none").is(Json::Kind::null));
  assert_true(value.get("b").get("x").is(Json::Kind::null));
  assert_int_equal(value.get("b").size(), 0);
  std::string keys;
  value.each([&](std::string_view key, const Json&) { keys.append(key); });
  assert_text(keys, "bac");
  read("[1]").each([](std::string_view, const Json&) { assert_true(false); });
}

void written_in_the_order_it_was_set(void**) {
  Json value = Json::object();
  value.set("z", Json::integer(1));
  value.set("a", Json::string("caf\xC3"));
  Json list = Json::array();
  list.push(Json::real(0.5));
  list.push(Json::real(std::nan("")));
  list.push(Json::real(std::numeric_limits<double>::infinity()));
  list.push(Json::boolean(true));
  list.push(Json());
  value.set("list", list);
  value.set("z", Json::integer(2));
  assert_text(value.line(), "{\"z\":2,\"a\":\"caf\xEF\xBF\xBD\",\"list\":[0.5,null,null,true,null]}");
  assert_text(Json::string("a\nb").line(), "\"a\\nb\"");
}

void handles_share_and_outlive(void**) {
  Json outer = read(R"({"in":{"x":"y"}})");
  const Json inner = outer.get("in");
  const Json copy = inner;
  outer = Json();
  assert_text(copy.get("x").characters(), "y");
  Json moved = std::move(outer);
  moved = copy;
  assert_text(moved.line(), "{\"x\":\"y\"}");
}

void what_is_no_json(void**) {
  for (const char* text :
       {"", " ", "{", "[1,]", "{}x", "{} {}", "{\"a\" 1}", "nul", "\"open", "[1", "'a'", "\xEF"}) {
    const auto value = Json::parse(text);
    if (value.ok()) print_error("%s\n", text);
    assert_false(value.ok());
    assert_true(value.error().fault == Fault::malformed);
  }
}

void depth_is_bounded_before_the_parser(void**) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  assert_true(Json::parse(nested(kDeepest)).ok());
  assert_false(Json::parse(nested(kDeepest + 1)).ok());
  assert_false(Json::parse(nested(100'000)).ok());
  assert_false(Json::parse(std::string(100'000, '[')).ok());
  assert_true(Json::parse("\"" + std::string(100, '[') + "\"").ok());
}

void values_are_bounded_before_the_parser(void**) {
  const auto list = [](std::string_view item, std::size_t items) {
    std::string all = "[";
    for (std::size_t i = 0; i < items; ++i) all.append(i > 0 ? "," : "").append(item);
    return all + "]";
  };
  assert_true(Json::parse(list("1", Json::kMostValues - 2)).ok());
  for (const char* item : {"1", "{}", "[]", "\"a\""}) {
    const auto value = Json::parse(list(item, Json::kMostValues));
    assert_false(value.ok());
    assert_true(value.error().what.find("values") != std::string::npos);
  }
  assert_true(Json::parse("\"" + std::string(Json::kMostValues, ',') + "\"").ok());
}

void faults_are_mended(void**) {
  assert_text(read("\"caf\xC3\"").characters(), "caf\xEF\xBF\xBD");
  assert_text(read("\"a\\ud83d\"").characters(), "a\xEF\xBF\xBD");
  assert_text(read("\"\\ud83d\\udcde\"").characters(), "\xF0\x9F\x93\x9E");
  assert_text(read("\"a\tb\"").characters(), "a b");
  assert_text(read("\"a\\u0000b\"").characters(), "a b");
  assert_text(read("\"a\\xb\"").characters(), "a\\xb");
  assert_text(read("[1e999]").at(0).scalar().value(), "1e999");
  assert_text(read("[123456789012345678901]").at(0).scalar().value(), "123456789012345678901");
  assert_text(read("[9223372036854775807]").at(0).scalar().value(), "9223372036854775807");
  assert_true(read(std::string_view("{\0\"a\":1}", 8)).is(Json::Kind::object));
}

void mending_leaves_the_rest_alone(void**) {
  const std::string_view fine = R"({"a":[1,-2.5,true,null,"x\\\"\/\b\f\n\r\tA\ud83d\udcde"]})";
  assert_text(mended_json(fine), fine);
  for (std::size_t cut = 0; cut <= fine.size(); ++cut) {
    assert_true(mended_json(fine.substr(0, cut)).size() <= cut + 2);
  }
}

}  // namespace

int json_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(kinds_and_scalars),
      cmocka_unit_test(members_and_items),
      cmocka_unit_test(written_in_the_order_it_was_set),
      cmocka_unit_test(handles_share_and_outlive),
      cmocka_unit_test(what_is_no_json),
      cmocka_unit_test(depth_is_bounded_before_the_parser),
      cmocka_unit_test(values_are_bounded_before_the_parser),
      cmocka_unit_test(faults_are_mended),
      cmocka_unit_test(mending_leaves_the_rest_alone),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
