#include "wire/outline.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "wire/fields.h"
#include "wire/json.h"

namespace ucm::wire {

namespace {

bool holds_something(const Part& part) noexcept {
  return part.kind != Part::Kind::scalar && !part.parts.empty();
}

bool is_filled(const Part& part) noexcept {
  return part.kind == Part::Kind::scalar && !trimmed(part.value).empty();
}

// A record that can be told from every other by its own members.
bool names_itself(const Part& object) noexcept {
  return std::any_of(object.parts.begin(), object.parts.end(), [](const Part& part) {
    const Field* field = part.kind == Part::Kind::scalar ? field_named(part.name) : nullptr;
    return field != nullptr && (field->text == &Leg::uniqueid || field->text == &Leg::acct_id) &&
           is_filled(part);
  });
}

bool holds_records(const Part& part, std::size_t depth) noexcept;

// Whether there are records inside, so that the object itself is a wrapper.
bool wraps(const Part& object, std::size_t depth) noexcept {
  return std::any_of(object.parts.begin(), object.parts.end(), [&](const Part& part) {
    return holds_something(part) && (is_wrapper_name(part.name) || holds_records(part, depth));
  });
}

bool holds_records(const Part& part, std::size_t depth) noexcept {
  if (depth >= kDeepest || part.kind == Part::Kind::scalar) return false;
  if (part.kind == Part::Kind::object && (names_itself(part) || wraps(part, depth + 1))) return true;
  return part.kind == Part::Kind::list &&
         std::any_of(part.parts.begin(), part.parts.end(),
                     [&](const Part& item) { return holds_records(item, depth + 1); });
}

// The order of sub_cdr_2 and sub_cdr_10, for any number of digits.
bool is_earlier_leg(const Part* a, const Part* b) noexcept {
  const auto number = [](std::string_view name) {
    name.remove_prefix(std::min(name.size(), name.find_last_of('_') + 1));
    name.remove_prefix(std::min(name.size(), name.find_first_not_of('0')));
    return name;
  };
  const std::string_view x = number(a->name);
  const std::string_view y = number(b->name);
  return x.size() != y.size() ? x.size() < y.size() : x < y;
}

Json rendered(const Part& part, std::size_t depth) {
  if (part.kind == Part::Kind::scalar || depth >= kDeepest) return Json::string(part.value);
  Json whole = part.kind == Part::Kind::list ? Json::array() : Json::object();
  for (const Part& inner : part.parts) {
    if (part.kind == Part::Kind::list) {
      whole.push(rendered(inner, depth + 1));
    } else {
      whole.set(inner.name, rendered(inner, depth + 1));
    }
  }
  return whole;
}

class Reader {
 public:
  Reader(const Part* whole, std::string_view document, Decoded& out)
      : whole_(whole), document_(document), out_(out) {}

  void read(const Part& part, std::size_t depth) {
    if (depth > kDeepest) return reject(part, Unfit::too_deep, "nested deeper than any PBX nests");
    switch (part.kind) {
      case Part::Kind::scalar:
        if (is_filled(part)) reject(part, Unfit::not_a_record, "a bare value where a record is expected");
        return;
      case Part::Kind::list:
        for (const Part& item : part.parts) read(item, depth + 1);
        return;
      case Part::Kind::object:
        return read_object(part, depth);
    }
  }

 private:
  void read_object(const Part& object, std::size_t depth) {
    if (wraps(object, depth)) {
      read_inside(object, depth);
      if (names_itself(object)) read_record(object);
      return;
    }
    bool has_field = false;
    bool has_container = false;
    bool has_wrapper = false;
    for (const Part& part : object.parts) {
      const bool scalar = part.kind == Part::Kind::scalar;
      has_field |= scalar && field_named(part.name) != nullptr;
      has_container |= !scalar;
      has_wrapper |= is_wrapper_name(part.name) && !is_filled(part);
    }
    if (has_field) return read_record(object);
    if (has_container) return read_inside(object, depth);
    if (has_wrapper || object.parts.empty()) return;  // nothing, said politely
    reject(object, Unfit::not_a_record, "nothing in it is named like a CDR field");
  }

  // Legs in the order of their numbers; the summary of a session only where its legs are missing.
  void read_inside(const Part& object, std::size_t depth) {
    std::vector<const Part*> legs;
    for (const Part& part : object.parts) {
      if (is_leg_name(part.name) && holds_something(part)) legs.push_back(&part);
    }
    for (const Part& part : object.parts) {
      const bool is_summary = !legs.empty() && is_summary_name(part.name);
      if (part.kind != Part::Kind::scalar && !is_summary && !is_leg_name(part.name)) read(part, depth + 1);
    }
    std::stable_sort(legs.begin(), legs.end(), is_earlier_leg);
    for (const Part* leg : legs) read(*leg, depth + 1);
  }

  void read_record(const Part& object) {
    Leg& leg = out_.legs.emplace_back();
    bool is_empty = true;
    for (const Part& part : object.parts) {
      const Field* field = field_named(part.name);
      if (field == nullptr) continue;
      if (part.kind != Part::Kind::scalar) {
        if (is_wrapper_name(part.name)) continue;
        return refuse(object, Unfit::bad_value, text("{} holds a list or an object", field->name));
      }
      is_empty = is_empty && !is_filled(part);
      if (!put(leg, *field, part.value)) {
        return refuse(object, Unfit::bad_value,
                      text("{} holds no whole number of seconds from 0 to {}", field->name, kLongestLeg));
      }
    }
    if (is_empty) {
      out_.legs.pop_back();
    } else if (!identified(leg)) {
      refuse(object, Unfit::unidentified, "it has no uniqueid, session, AcctId or start");
    }
  }

  // The leg that was begun is none.
  void refuse(const Part& object, Unfit unfit, std::string detail) {
    out_.legs.pop_back();
    reject(object, unfit, std::move(detail));
  }

  void reject(const Part& part, Unfit unfit, std::string detail) {
    std::string bytes = &part == whole_ ? std::string(document_) : rendered(part, 0).line();
    out_.rejected.push_back({unfit, std::move(detail), std::move(bytes)});
  }

  const Part* whole_;
  std::string_view document_;
  Decoded& out_;
};

}  // namespace

void read_records(const Part& whole, std::string_view document, Decoded& out) {
  Reader(&whole, document, out).read(whole, 1);
}

}  // namespace ucm::wire
