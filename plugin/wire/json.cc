#include "wire/json.h"

#include <jansson.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <utility>

#include "base/text.h"
#include "wire/json_text.h"
#include "wire/utf8.h"

namespace ucm::wire {

namespace {

constexpr std::size_t kDecodeFlags = JSON_DECODE_ANY;

// json_t* or null; `fault` says where.
json_t* parsed(std::string_view text, json_error_t& fault) {
  return json_loadb(text.data(), text.size(), kDecodeFlags, &fault);
}

json_t* owned_string(std::string_view utf8) {
  return json_stringn_nocheck(utf8.data(), utf8.size());
}

std::string shortest(double number) {
  std::array<char, 64> digits{};
  const auto [end, fault] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  return fault == std::errc{} ? std::string(digits.data(), end) : std::string();
}

}  // namespace

Json::Json() : value_(json_null()) {}
Json::Json(const Json& other) : value_(json_incref(other.value_)) {}
Json::Json(Json&& other) noexcept : value_(std::exchange(other.value_, json_null())) {}
Json& Json::operator=(const Json& other) {
  Json copy(other);
  std::swap(value_, copy.value_);
  return *this;
}
Json& Json::operator=(Json&& other) noexcept {
  std::swap(value_, other.value_);
  return *this;
}
Json::~Json() {
  json_decref(value_);
}

Json Json::object() {
  return Json(json_object());
}
Json Json::array() {
  return Json(json_array());
}
Json Json::string(std::string_view utf8) {
  return Json(is_utf8(utf8) ? owned_string(utf8) : owned_string(repaired_utf8(utf8)));
}
Json Json::integer(std::int64_t number) {
  return Json(json_integer(number));
}
Json Json::real(double number) {
  return std::isfinite(number) ? Json(json_real(number)) : Json();
}
Json Json::boolean(bool truth) {
  return Json(json_boolean(truth));
}

// Most text needs no mending; only what the parser refuses is looked at twice.
Result<Json> Json::parse(std::string_view text) {
  if (nests_too_deep(text)) return Error{Fault::malformed, "the JSON nests too deep"};
  if (holds_too_many(text, kMostValues)) {
    return Error{Fault::malformed, ucm::text("the JSON holds more than {} values", kMostValues)};
  }
  json_error_t fault{};
  if (json_t* value = parsed(text, fault)) return Json(value);
  if (json_t* value = parsed(mended_json(text), fault)) return Json(value);
  return Error{Fault::malformed, ucm::text("no JSON from line {}, column {} on", fault.line, fault.column)};
}

Json::Kind Json::kind() const noexcept {
  switch (json_typeof(value_)) {
    case JSON_OBJECT:
      return Kind::object;
    case JSON_ARRAY:
      return Kind::array;
    case JSON_STRING:
      return Kind::string;
    case JSON_INTEGER:
      return Kind::integer;
    case JSON_REAL:
      return Kind::real;
    case JSON_TRUE:
    case JSON_FALSE:
      return Kind::boolean;
    case JSON_NULL:
      return Kind::null;
  }
  return Kind::null;
}

std::size_t Json::size() const noexcept {
  return json_is_array(value_) ? json_array_size(value_) : json_object_size(value_);
}

Json Json::at(std::size_t index) const {
  json_t* item = json_array_get(value_, index);
  return item == nullptr ? Json() : Json(json_incref(item));
}

Json Json::get(std::string_view key) const {
  json_t* value = json_object_get(value_, std::string(key).c_str());
  return value == nullptr ? Json() : Json(json_incref(value));
}

void Json::each(const std::function<void(std::string_view key, const Json&)>& visit) const {
  for (void* at = json_object_iter(value_); at != nullptr; at = json_object_iter_next(value_, at)) {
    visit(json_object_iter_key(at), Json(json_incref(json_object_iter_value(at))));
  }
}

std::string_view Json::characters() const noexcept {
  if (!json_is_string(value_)) return {};
  return {json_string_value(value_), json_string_length(value_)};
}

std::optional<std::string> Json::scalar() const {
  switch (kind()) {
    case Kind::string:
      return std::string(characters());
    case Kind::integer:
      return text("{}", json_integer_value(value_));
    case Kind::real:
      return shortest(json_real_value(value_));
    case Kind::boolean:
      return json_is_true(value_) ? "true" : "false";
    case Kind::null:
    case Kind::array:
    case Kind::object:
      break;
  }
  return std::nullopt;
}

void Json::set(std::string_view key, const Json& value) {
  const std::string name = is_utf8(key) ? std::string(key) : repaired_utf8(key);
  json_object_set_new_nocheck(value_, name.c_str(), json_incref(value.value_));
}

void Json::push(const Json& value) {
  json_array_append_new(value_, json_incref(value.value_));
}

std::string Json::line() const {
  const std::unique_ptr<char, decltype(&std::free)> dumped(json_dumps(value_, JSON_COMPACT | JSON_ENCODE_ANY),
                                                           &std::free);  // Jansson's own allocator is malloc
  return dumped ? std::string(dumped.get()) : std::string();
}

std::string words(const Json& object, std::string_view key) {
  return object.get(key).scalar().value_or("");
}

std::vector<std::string> list_of_words(const Json& list) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (auto one = list.at(i).scalar()) all.push_back(std::move(*one));
  }
  return all;
}

}  // namespace ucm::wire
