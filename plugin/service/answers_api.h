// What the control socket tells of the asking.
#pragma once

#include "service/core.h"
#include "wire/json.h"

namespace ucm::service {

// Of a PBX whose API is asked; null for any other.
[[nodiscard]] wire::Json api_status(Core& core, std::size_t pbx);

// {"get":"recordings","params":["hq","SESSION"]}
[[nodiscard]] wire::Json recordings_answer(Core& core, const wire::Json& request);

}  // namespace ucm::service
