// What one field makes of any value: the first byte names the field.
#include "bytes.h"
#include "wire/fields.h"

using namespace ucm;
using namespace ucm::wire;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view value = fuzz::view_of(data + 1, size - 1);
  const Field& field = fields()[data[0] % fields().size()];
  Leg leg;
  if (put(leg, field, value)) {
    fuzz::demand(leg.duration >= 0 && leg.duration <= kLongestLeg);
    fuzz::demand(leg.billsec >= 0 && leg.billsec <= kLongestLeg);
    fuzz::demand(field.text == nullptr || (leg.*field.text).size() <= value.size());
  }
  const auto seconds = local_seconds(value);
  fuzz::demand(!seconds || *seconds >= 0);
  (void)field_named(value);
  (void)is_leg_name(value);
  (void)action_argument(value, "QUEUE");
  leg.disposition = value;
  leg.action_type = value;
  (void)answered_by(leg);
  return 0;
}
