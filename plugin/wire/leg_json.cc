#include "wire/leg_json.h"

#include "wire/fields.h"
#include "wire/json.h"

namespace ucm::wire {

std::string to_json(const Leg& leg) {
  Json object = Json::object();
  for (const Field& field : fields()) {
    if (field.text != nullptr && !(leg.*field.text).empty())
      object.set(field.name, Json::string(leg.*field.text));
    if (field.seconds != nullptr) object.set(field.name, Json::integer(leg.*field.seconds));
  }
  return object.line();
}

}  // namespace ucm::wire
