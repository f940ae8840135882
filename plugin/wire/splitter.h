// Cuts a stream of bytes into documents: the one place that knows how documents follow each other, for a
// whole HTTP body and for a TCP connection cut anywhere by packets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wire/format.h"

namespace ucm::wire {

class Splitter {
 public:
  // No document may be longer than `most_bytes`; the buffer never holds more than that.
  explicit Splitter(std::size_t most_bytes);
  ~Splitter();
  Splitter(const Splitter&) = delete;
  Splitter& operator=(const Splitter&) = delete;

  // Takes `bytes` in, decodes every document that ends in them, and appends what they held to `out`. What can
  // never become a document goes to `out.rejected`; the stream is picked up again at the next line or, where
  // a new object begins inside a broken one, there. A document over the limit is rejected with its first
  // bytes (at most `most_bytes`), and the rest of it is passed over without being kept.
  void feed(std::string_view bytes, Decoded& out);

  // The sender has closed: what is left is a document or is rejected. A half one (a cut JSON object) is
  // rejected with what there is of it.
  void finish(Decoded& out);

  [[nodiscard]] std::size_t buffered() const noexcept;

  struct State;

 private:
  std::unique_ptr<State> state_;
};

// A whole body at once: feed and finish. With more than `most` of either, the rest of it is not looked at.
struct Most {
  std::size_t legs = SIZE_MAX;
  std::size_t rejected = SIZE_MAX;
  [[nodiscard]] bool exceeded(const Decoded& out) const noexcept {
    return out.legs.size() > legs || out.rejected.size() > rejected;
  }
};
[[nodiscard]] Decoded decode_all(std::string_view body, std::size_t most_bytes, const Most& most = {});

}  // namespace ucm::wire
