#include "model/unfit.h"

namespace ucm {

std::string_view word_for(Unfit unfit) noexcept {
  switch (unfit) {
    case Unfit::syntax:
      return "syntax";
    case Unfit::not_a_record:
      return "not_a_record";
    case Unfit::bad_value:
      return "bad_value";
    case Unfit::unidentified:
      return "unidentified";
    case Unfit::too_deep:
      return "too_deep";
    case Unfit::too_large:
      return "too_large";
    case Unfit::unknown_serial:
      return "unknown_serial";
  }
  return "syntax";
}

}  // namespace ucm
