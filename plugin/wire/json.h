// A JSON value, owned. The only door to Jansson: CDR documents, the control socket's lines and the API's
// answers pass here.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct json_t;  // Jansson's

namespace ucm::wire {

// A handle on a counted value; copying shares it. One thread.
class Json {
 public:
  enum class Kind { null, boolean, integer, real, string, array, object };

  Json();  // null
  Json(const Json&);
  Json(Json&&) noexcept;
  Json& operator=(const Json&);
  Json& operator=(Json&&) noexcept;
  ~Json();

  [[nodiscard]] static Json object();
  [[nodiscard]] static Json array();
  [[nodiscard]] static Json string(std::string_view utf8);  // what is no UTF-8 is repaired
  [[nodiscard]] static Json integer(std::int64_t number);
  [[nodiscard]] static Json real(double number);  // NaN and infinities become null
  [[nodiscard]] static Json boolean(bool truth);

  // Any value at the top. Malformed when there is anything after it, when it nests deeper than `kDeepest` of
  // format.h, or when it holds more than kMostValues: checked before the parser takes stack and memory. What
  // PBXes get wrong inside strings is mended (json_text.h).
  static constexpr std::size_t kMostValues =
      300'000;  // 66 MB of empty objects; 7,000 records in one document
  [[nodiscard]] static Result<Json> parse(std::string_view text);

  [[nodiscard]] Kind kind() const noexcept;
  [[nodiscard]] bool is(Kind kind) const noexcept { return this->kind() == kind; }

  [[nodiscard]] std::size_t size() const noexcept;     // of an array or object, else 0
  [[nodiscard]] Json at(std::size_t index) const;      // null outside
  [[nodiscard]] Json get(std::string_view key) const;  // null when missing
  void each(
      const std::function<void(std::string_view key, const Json&)>& visit) const;  // of an object, in order

  // The text of a string, the digits of a number, "true"/"false"; empty for null, arrays and objects.
  [[nodiscard]] std::optional<std::string> scalar() const;

  // A string's text where it lies, for as long as any handle on it lives; empty for every other kind.
  [[nodiscard]] std::string_view characters() const noexcept;

  void set(std::string_view key, const Json& value);  // REQUIRES: an object
  void push(const Json& value);                       // REQUIRES: an array

  // One line, keys in the order they were set.
  [[nodiscard]] std::string line() const;

 private:
  explicit Json(json_t* owned) noexcept : value_(owned) {}
  json_t* value_;  // one count of it is ours; never null
};

// The scalar of a member, "" when there is none.
[[nodiscard]] std::string words(const Json& object, std::string_view key);

// Of a list, those members that are words.
[[nodiscard]] std::vector<std::string> list_of_words(const Json& list);

}  // namespace ucm::wire
