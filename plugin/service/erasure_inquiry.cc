#include "service/erasure_inquiry.h"

#include "base/text.h"
#include "model/person.h"
#include "wire/json.h"

namespace ucm::service {

using wire::Json;

bool is_number(std::string_view said) {
  return SoughtNumber::read(said).has_value();
}

std::string erasure_request(std::string_view pbx, std::string_view number) {
  Json params = Json::array();
  params.push(Json::string(pbx));
  params.push(Json::string(number));
  Json request = Json::object();
  request.set("get", Json::string("erase"));
  request.set("params", params);
  return request.line();
}

Result<ErasureStatus> read_erasure(std::string_view answer) {
  const auto parsed = Json::parse(answer);
  const Json json = parsed ? parsed.value().get("erase") : Json();
  if (!json.is(Json::Kind::object)) {
    return Error{Fault::malformed,
                 "the answer tells of no erasure: it is not from ucm, or from another version"};
  }
  const auto words = [&json](std::string_view key) { return json.get(key).scalar().value_or(""); };
  const auto number = [&words](std::string_view key) { return whole_number(words(key)).value_or(0); };
  return ErasureStatus{words("state"),  words("detail"),       number("legs"),
                       number("calls"), number("quarantined"), wire::list_of_words(json.get("aside"))};
}

}  // namespace ucm::service
