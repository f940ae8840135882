#include "wire/splitter.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.h"

namespace ucm::wire {

namespace {

// Of a document over the limit so much is kept to show what it was.
constexpr std::size_t kShownOfTooLarge = 4096;

// A byte may be read again so often, on average: hostile input can open a comment on every line and close
// none.
constexpr std::size_t kReadings = 16;

// Where a broken stream may be picked up: at the very beginning of a line, by a byte with which documents
// begin. The lines inside a document that is written over several are indented, or begin with a quote or a
// closing bracket.
bool begins_a_document(char c) noexcept {
  return c == '{' || c == '[' || c == '<' || c == '\'' || (c >= '0' && c <= '9');
}

// First position in `text` at which a document may begin anew; in text of no format at all any `{` will do.
// `last` is the byte before `text`, and after the call the last byte looked at.
std::size_t fresh_start(std::string_view text, bool is_garbage, char& last) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((last == '\n' || last == '\0') && begins_a_document(text[i])) return i;
    if (is_garbage && text[i] == '{') return i;
    last = text[i];
  }
  return std::string_view::npos;
}

// Commas between records that were meant to be a list.
bool says_nothing(std::string_view bytes) noexcept {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == ',' || is_between_documents(c); });
}

}  // namespace

struct Splitter::State {
  enum class Mode {
    between,  // documents
    inside,   // one that has not ended
    broken,   // one that never will, until the next begins
  };

  explicit State(std::size_t most_bytes) : most(most_bytes), allowance(kReadings * most_bytes) {}

  void feed(std::string_view rest, Decoded& out, const Most& most_of = {});
  void finish(Decoded& out);

  void begin(std::string_view& rest);
  void read_on(std::string_view& rest, Decoded& out);
  void decode(std::string_view document, Decoded& out);
  void give_up(std::string_view& rest, const Scanner::Found& found, Decoded& out);
  void pass_over(std::string_view& rest, Decoded& out);
  void reject(std::string_view bytes, Decoded& out);
  void keep(std::string_view bytes);
  void passed(std::size_t bytes);
  bool may_read_again(std::size_t bytes);

  const std::size_t most;
  Mode mode = Mode::between;
  const Format* format = nullptr;
  std::unique_ptr<Scanner> scanner;  // broken: only while the end of a too large document can still be found
  std::string kept;                  // inside: all that came of it; broken: what will be shown of it
  std::string again;                 // bytes that are read a second time, for as long as they are
  Unfit unfit = Unfit::syntax;       // why broken
  std::string detail;
  char last = ' ';               // broken: the byte before the next one
  bool may_resume_here = false;  // broken: a record begins where the one before it broke off
  bool is_garbage = false;       // broken: it was of no format
  std::size_t allowance;         // bytes that may be read again; grows with every new one
  std::size_t owed = 0;          // bytes ahead that were read before
};

void Splitter::State::feed(std::string_view rest, Decoded& out, const Most& most_of) {
  while (!rest.empty() && !most_of.exceeded(out)) {
    switch (mode) {
      case Mode::between:
        begin(rest);
        break;
      case Mode::inside:
        read_on(rest, out);
        break;
      case Mode::broken:
        pass_over(rest, out);
        break;
    }
  }
  again.clear();
}

void Splitter::State::begin(std::string_view& rest) {
  const std::size_t before = rest.size();
  while (!rest.empty() && is_between_documents(rest.front())) rest.remove_prefix(1);
  passed(before - rest.size());
  if (rest.empty()) return;
  format = &recognise(rest);
  scanner = format->scanner();
  mode = Mode::inside;
}

void Splitter::State::read_on(std::string_view& rest, Decoded& out) {
  const std::string_view room = rest.substr(0, most - kept.size());
  Scanner::Found found = scanner->scan(room);
  if (found.framing == Framing::need_more && room.size() < rest.size()) {
    found = {Framing::never, room.size(), Unfit::too_large, "longer than a record may be"};
  }
  switch (found.framing) {
    case Framing::document:
      passed(kept.size() + found.bytes);
      if (kept.empty()) {
        decode(rest.substr(0, found.bytes), out);
      } else {
        kept.append(rest.substr(0, found.bytes));
        decode(kept, out);
        kept.clear();
      }
      rest.remove_prefix(found.bytes);
      break;
    case Framing::need_more:
      kept.append(rest);
      rest = {};
      break;
    case Framing::never:
      give_up(rest, found, out);
      break;
  }
}

void Splitter::State::decode(std::string_view document, Decoded& out) {
  mode = Mode::between;
  scanner.reset();
  Decoded held = format->decode(document);
  if (out.legs.empty() && out.rejected.empty()) {
    out = std::move(held);
    return;
  }
  std::move(held.legs.begin(), held.legs.end(), std::back_inserter(out.legs));
  std::move(held.rejected.begin(), held.rejected.end(), std::back_inserter(out.rejected));
}

// The bytes up to `found.bytes` are no document. Where a line among them may begin one, they are read again
// from there: a record that was cut off must not swallow those that came after it.
void Splitter::State::give_up(std::string_view& rest, const Scanner::Found& found, Decoded& out) {
  unfit = found.unfit;
  detail = found.detail;
  const bool is_all_here = kept.empty();
  if (!is_all_here) kept.append(rest.substr(0, found.bytes));
  const std::string_view piece = is_all_here ? rest.substr(0, found.bytes) : std::string_view(kept);

  passed(piece.size());
  last = ' ';
  const std::size_t start = fresh_start(piece, false, last);
  if (start != std::string_view::npos && may_read_again(piece.size() - start)) {
    reject(piece.substr(0, start), out);
    mode = Mode::between;
    scanner.reset();
    if (is_all_here) {
      rest.remove_prefix(start);
    } else {
      again = kept.substr(start).append(rest.substr(found.bytes));
      rest = again;
      kept.clear();
    }
    return;
  }

  if (!piece.empty()) last = piece.back();
  mode = Mode::broken;
  may_resume_here = unfit == Unfit::syntax;
  is_garbage = may_resume_here && format->starts_with.empty();
  if (unfit != Unfit::too_large) scanner.reset();
  const std::string all(piece);
  kept.clear();
  keep(all);
  rest.remove_prefix(found.bytes);
}

void Splitter::State::pass_over(std::string_view& rest, Decoded& out) {
  const bool begins_here = rest.front() == '{' || (is_garbage && rest.front() == '<');
  std::size_t ends = may_resume_here && begins_here ? 0 : fresh_start(rest, is_garbage, last);
  may_resume_here = false;
  if (scanner != nullptr) {
    const Scanner::Found found = scanner->scan(rest.substr(0, ends));
    if (found.framing == Framing::document) ends = found.bytes;
    if (found.framing != Framing::need_more) scanner.reset();
  }
  keep(rest.substr(0, ends));
  passed(std::min(ends, rest.size()));
  if (ends == std::string_view::npos) {
    rest = {};
    return;
  }
  rest.remove_prefix(ends);
  reject(kept, out);
  kept.clear();
  scanner.reset();
  mode = Mode::between;
}

void Splitter::State::passed(std::size_t bytes) {
  const std::size_t again_bytes = std::min(owed, bytes);
  owed -= again_bytes;
  allowance = std::min(kReadings * most, allowance + kReadings * (bytes - again_bytes));
}

bool Splitter::State::may_read_again(std::size_t bytes) {
  if (bytes > allowance) return false;
  allowance -= bytes;
  owed += bytes;
  return true;
}

void Splitter::State::keep(std::string_view bytes) {
  const std::size_t room = unfit == Unfit::too_large ? std::min(kShownOfTooLarge, most) : most;
  if (kept.size() < room) kept.append(bytes.substr(0, room - kept.size()));
}

void Splitter::State::reject(std::string_view bytes, Decoded& out) {
  if (says_nothing(bytes)) return;
  if (unfit == Unfit::too_large) bytes = bytes.substr(0, kShownOfTooLarge);
  out.rejected.push_back({unfit, detail, std::string(bytes)});
}

void Splitter::State::finish(Decoded& out) {
  while (mode == Mode::inside) {
    const std::string whole = std::exchange(kept, {});
    if (scanner->complete_at_end()) {
      decode(whole, out);
    } else {
      std::string_view rest = whole;
      give_up(rest, {Framing::never, whole.size(), Unfit::syntax, "it ends in the middle of a record"}, out);
      feed(rest, out);
    }
  }
  if (mode == Mode::broken) reject(kept, out);
  kept.clear();
  scanner.reset();
  mode = Mode::between;
}

Splitter::Splitter(std::size_t most_bytes) : state_(std::make_unique<State>(most_bytes)) {}
Splitter::~Splitter() = default;

void Splitter::feed(std::string_view bytes, Decoded& out) {
  state_->feed(bytes, out);
}

void Splitter::finish(Decoded& out) {
  state_->finish(out);
}

std::size_t Splitter::buffered() const noexcept {
  return state_->kept.size();
}

Decoded decode_all(std::string_view body, std::size_t most_bytes, const Most& most) {
  Decoded out;
  Splitter::State state(most_bytes);
  state.feed(body, out, most);
  if (!most.exceeded(out)) state.finish(out);
  return out;
}

}  // namespace ucm::wire
