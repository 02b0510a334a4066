// Where a reader stands in its tree of places, and the texts that arrive there.
#include "json/json_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ovhl {

namespace {

std::string_view described(json_type t) noexcept {
  switch (t) {
  case json_type::integer: return "an integer";
  case json_type::text: return "a string";
  case json_type::boolean: return "a boolean";
  case json_type::object: return "an object";
  case json_type::list: return "a list";
  }
  return "?";
}

} // namespace

std::string json_reader::path() const {
  std::string out = "$";
  for (const level& l : open_) {
    if (l.place->type == json_type::list)
      out += fmt::format("[{}]", l.index);
    else if (l.field != nullptr)
      out.append(".").append(l.field->key);
  }
  return out;
}

// What is wanted of this type where the next value stands; null if only others are.
json_place* json_reader::place_for(json_type type) {
  if (open_.empty()) return root_->type == type ? root_ : nullptr;
  const level& now = open_.back();
  if (now.field != nullptr) return now.field->place->type == type ? now.field->place : nullptr;
  for (json_place* p : now.place->elements)
    if (p->type == type) return p;
  return nullptr;
}

// The same, for the beginning of a value: complains where there is none, or a second one.
json_place* json_reader::target(json_type type) {
  json_place* const p = place_for(type);
  if (p == nullptr) {
    mismatch(described(type));
    return nullptr;
  }
  if (p->seen && !open_.empty() && open_.back().field != nullptr) {
    refuse("appears twice");
    return nullptr;
  }
  p->seen = true;
  return p;
}

void json_reader::mismatch(std::string_view found) {
  std::string expected;
  if (open_.empty())
    expected = described(root_->type);
  else if (open_.back().field != nullptr)
    expected = described(open_.back().field->place->type);
  else
    for (const json_place* p : open_.back().place->elements)
      expected += (expected.empty() ? "" : " or ") + std::string(described(p->type));
  refuse(fmt::format("expected {}, found {}", expected, found));
}

void json_reader::add_to_text(std::string_view part) {
  const std::size_t room = longest_text - text_->text.size();
  too_long_ = too_long_ || part.size() > room;
  text_->text.append(part.substr(0, room));
}

void json_reader::end_of_text(json_place& p) {
  if (!too_long_ && (p.damaged_too || p.text.find(replacement_character) == std::string::npos))
    return;
  if (!p.damaged_too)
    return too_long_ ? complain(flaw::excessive,
                                fmt::format("{}: longer than {} KiB", path(), longest_text >> 10U))
                     : complain(flaw::broken, path() + ": a text that is not UTF-8");
  constexpr std::size_t kept = 1000;
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  std::size_t end = kept;
  while (end > 0 && continues(p.text[end])) // not within a character
    --end;
  p.text.resize(end);
  p.text.append(replacement_character).append("…");
}

} // namespace ovhl
