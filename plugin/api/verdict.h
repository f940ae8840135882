// From an HTTP exchange to what it means for the asking.
#pragma once

#include "api/session.h"

namespace ucm::api {

// Refused, with its sentence, when the exchange itself failed or its HTTP status is no 2xx; well otherwise.
[[nodiscard]] Reply judge_exchange(net::ClientAnswer answer, const Access& access);

// Of a reply whose exchange went well: reads the envelope, where there is one, and judges its status.
void judge_envelope(Reply& reply, const Question& question, const Access& access);

// Of the answer to challenge or login.
void judge_login(Reply& reply, const Access& access);

}  // namespace ucm::api
