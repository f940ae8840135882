// What a dialled number means: over which line, to which country, at which rate. And how it is shown.
#pragma once

#include <string>
#include <string_view>

#include "service/alert_settings.h"
#include "service/countries.h"
#include "service/settings.h"

namespace ucm::service {

struct Dialled {
  std::string number;                // digits, '+', '*' and '#'; without OutsideLine
  std::string whole;                 // "+4930..." where the number or HomeCountry tells the country, else ""
  bool abroad = false;               // dialled with an international prefix, and not HomeCountry
  const Country* country = nullptr;  // of `whole`
};
[[nodiscard]] Dialled dialled(std::string_view number, const AlertSettings& settings);

// The first of PremiumPrefixes that it begins with, however both are written; "" = none.
[[nodiscard]] std::string_view premium_of(const Dialled& number, const AlertSettings& settings);

// A number without what makes it personal: "+4420…", "030…", "1…".
[[nodiscard]] std::string masked(std::string_view number, const AlertSettings& settings);
// As the settings allow it to be shown: a telephone number; an extension or account.
[[nodiscard]] std::string shown_number(std::string_view number, const PbxSettings& settings);
[[nodiscard]] std::string shown_caller(std::string_view caller, const PbxSettings& settings);
[[nodiscard]] std::string shown_account(std::string_view account, const PbxSettings& settings);

}  // namespace ucm::service
