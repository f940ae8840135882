// The words of collectd's configuration language, as liboconfig's scanner finds them.
#pragma once

#include <string>
#include <string_view>

namespace ucm::service {

struct Word {
  enum class Kind {
    line_end,
    slash,
    opening,
    closing,
    truth,
    number,
    name,
    quoted,
    end,
    stray,
    endless_quote
  };
  Kind kind = Kind::end;
  std::string text;       // of truth, number, name and quoted: the value; of stray: the character
  int line = 0;           // where it begins
  bool reshaped = false;  // of a number: collectd does not keep it as it was written
};

class CollectdScanner {
 public:
  explicit CollectdScanner(std::string_view text) : rest_(text) {}

  [[nodiscard]] Word next();  // Kind::end for ever after the last

 private:
  void skip_blanks();
  [[nodiscard]] Word take(Word::Kind kind, std::size_t length);
  [[nodiscard]] Word quoted();
  [[nodiscard]] Word bare();

  std::string_view rest_;
  int line_ = 1;
};

}  // namespace ucm::service
