#include "wire/format.h"
#include "wire/startup.h"
namespace ucm::wire {
void prepare_xml() {}
Format xml_format() noexcept {
  return {"xml", "application/xml", "<", csv_format().scanner, csv_format().decode};
}
}  // namespace ucm::wire
