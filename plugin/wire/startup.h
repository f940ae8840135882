// What a library under this room wants before threads exist.
#pragma once

namespace ucm::wire {

// Once, in the host's main thread. Never undone: other plugins of the host use the same library.
void prepare_xml();

}  // namespace ucm::wire
