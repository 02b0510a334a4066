#include "json/json_reader.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace ovhl {

namespace json = boost::json;

namespace {

std::string_view type_name(json_type t) noexcept {
  switch (t) {
  case json_type::integer: return "an integer";
  case json_type::text: return "a string";
  case json_type::boolean: return "a boolean";
  case json_type::object: return "an object";
  case json_type::list: return "a list";
  }
  return "?";
}

// So that what is left shows that it was longer.
void shorten(std::string& text) {
  constexpr std::size_t kept = 1000;
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  std::size_t end = kept;
  while (end > 0 && continues(text[end])) // not within a character
    --end;
  text.resize(end);
  text.append(replacement_character).append("…");
}

} // namespace

// Where the document is in the tree of wanted places, and the value that is arriving there.
struct json_reader::position {
  static constexpr std::size_t longest_key = 1 << 10; // of those kept

  explicit position(json_reader& reader) : r(reader) {}

  // The wanted lists and objects that are open.
  struct level {
    json_place* place;
    std::size_t index = 0;             // of a list's element
    const json_field* field = nullptr; // of an object; null: the field is not wanted
  };

  json_reader& r;
  std::vector<level> levels;
  std::size_t unwanted_levels = 0; // lists and objects open below something unwanted
  std::string key;                 // that came in parts
  json_place* text = nullptr;      // whose text is coming in parts
  bool too_long = false;           // that text

  void reset() {
    levels.clear();
    unwanted_levels = 0;
    text = nullptr;
  }

  // Whether the next value is inside something that is not wanted.
  bool unwanted() const {
    return unwanted_levels > 0 ||
           (!levels.empty() && levels.back().place->type == json_type::object &&
            levels.back().field == nullptr);
  }
  // The field whose value comes next; null in a list.
  const json_field* field() const { return levels.empty() ? nullptr : levels.back().field; }

  void end_of_value() {
    if (levels.empty()) return;
    ++levels.back().index;
    levels.back().field = nullptr;
  }
  void arrived(json_place& p) {
    p.known = true;
    if (p.arrived) p.arrived();
    if (r.flaw_ == flaw::none) end_of_value();
  }

  void open(json_type type) {
    if (unwanted()) {
      ++unwanted_levels;
      return;
    }
    json_place* const p = target(type);
    if (p == nullptr) return;
    for (const json_field& f : p->fields)
      f.place->seen = f.place->known = false;
    levels.push_back({p});
  }
  void close() {
    if (unwanted_levels > 0) {
      --unwanted_levels;
      return;
    }
    json_place& p = *levels.back().place;
    levels.back().field = nullptr;
    for (const json_field& f : p.fields) {
      if (f.place->seen || f.place->need == presence::optional) continue;
      levels.back().field = &f;
      return r.refuse("missing");
    }
    levels.pop_back();
    arrived(p);
  }

  // A longer key is not wanted.
  void add_to_key(std::string_view part) { key.append(part.substr(0, longest_key - key.size())); }
  void take_key(std::string_view whole) {
    level& now = levels.back();
    now.field = nullptr;
    for (const json_field& f : now.place->fields) {
      if (f.key != whole) continue;
      now.field = &f;
      break;
    }
  }

  void add_to_text(std::string_view part);
  void end_of_text();

  std::string path() const;
  json_place* place_for(json_type) const;
  json_place* target(json_type found) const;
  void mismatch(std::string_view found) const;
};

// What Boost.JSON calls for each piece of the document. False: something is wrong.
struct json_reader::handler {
  using code = json::error_code;
  static constexpr std::size_t max_array_size = 1'000'000;
  static constexpr std::size_t max_object_size = 10'000;
  static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();

  explicit handler(position& p) : at(p) {}
  position& at;

  bool verdict(code& ec) const {
    if (at.r.flaw_ == flaw::none) return true;
    ec = make_error_code(boost::system::errc::bad_message);
    return false;
  }
  bool open(json_type type, code& ec) const {
    at.open(type);
    return verdict(ec);
  }
  bool close(code& ec) const {
    at.close();
    return verdict(ec);
  }

  bool on_document_begin(code&) const { return true; }
  bool on_document_end(code&) const { return true; }
  bool on_array_begin(code& ec) const { return open(json_type::list, ec); }
  bool on_array_end(std::size_t, code& ec) const { return close(ec); }
  bool on_object_begin(code& ec) const { return open(json_type::object, ec); }
  bool on_object_end(std::size_t, code& ec) const { return close(ec); }

  bool on_key_part(std::string_view part, std::size_t total, code&) const {
    if (at.unwanted_levels > 0) return true;
    if (part.size() == total) at.key.clear();
    at.add_to_key(part);
    return true;
  }
  bool on_key(std::string_view part, std::size_t total, code&) const {
    if (at.unwanted_levels > 0) return true;
    if (part.size() == total) {
      at.take_key(part);
    } else {
      at.add_to_key(part);
      at.take_key(at.key);
    }
    return true;
  }

  bool on_string_part(std::string_view part, std::size_t, code& ec) const {
    if (!at.unwanted()) at.add_to_text(part);
    return verdict(ec);
  }
  bool on_string(std::string_view part, std::size_t, code& ec) const {
    if (at.unwanted()) return true;
    at.add_to_text(part);
    if (at.text != nullptr) at.end_of_text();
    return verdict(ec);
  }

  bool on_number_part(std::string_view, code&) const { return true; }
  bool on_int64(std::int64_t i, std::string_view, code& ec) const {
    if (at.unwanted()) return true;
    if (json_place* const p = at.target(json_type::integer)) {
      p->integer = i;
      at.arrived(*p);
    }
    return verdict(ec);
  }
  bool on_uint64(std::uint64_t, std::string_view, code& ec) const {
    if (!at.unwanted()) at.mismatch("a number too large for one");
    return verdict(ec);
  }
  bool on_double(double, std::string_view, code& ec) const {
    if (!at.unwanted()) at.mismatch("a number with a fraction");
    return verdict(ec);
  }
  bool on_bool(bool b, code& ec) const {
    if (at.unwanted()) return true;
    if (json_place* const p = at.target(json_type::boolean)) {
      p->boolean = b;
      at.arrived(*p);
    }
    return verdict(ec);
  }
  bool on_null(code& ec) const {
    if (at.unwanted()) return true;
    json_place* const p = at.field() == nullptr ? nullptr : at.field()->place;
    if (p == nullptr || p->need == presence::required)
      at.mismatch("null");
    else if (p->seen)
      at.r.refuse("appears twice");
    else
      p->seen = true;
    at.end_of_value();
    return verdict(ec);
  }
  bool on_comment_part(std::string_view, code&) const { return true; }
  bool on_comment(std::string_view, code&) const { return true; }
};

struct json_reader::engine {
  explicit engine(json_reader& reader) : at(reader), parser(options(), at) {}
  static json::parse_options options() {
    json::parse_options o;
    o.max_depth = deepest;
    return o;
  }
  position at;
  json::basic_parser<handler> parser;
};

json_reader::json_reader(std::size_t largest_body)
    : engine_(std::make_unique<engine>(*this)), largest_body_(largest_body) {}
json_reader::~json_reader() = default;

void json_reader::read(json_place& root) { root_ = &root; }

void json_reader::reset() {
  engine_->parser.reset();
  mender_.reset();
  engine_->at.reset();
  fed_ = 0;
  flaw_ = flaw::none;
  complaint_.clear();
  root_->seen = root_->known = false;
  forget();
}

bool json_reader::feed(std::string_view bytes) {
  if (flaw_ != flaw::none) return false;
  fed_ += bytes.size();
  if (fed_ > largest_body_) {
    complain(flaw::excessive, fmt::format("longer than {} MiB", largest_body_ >> 20U));
    return false;
  }
  const std::size_t before = fed_ - bytes.size(), all = bytes.size();
  for (;;) {
    const std::string_view piece = mender_.next(bytes);
    if (piece.empty()) return true;
    // The position is approximate, because mending may change the length of the text.
    if (!parse(piece, before + all - bytes.size() - std::min(piece.size(), all - bytes.size())))
      return false;
  }
}

bool json_reader::parse(std::string_view bytes, std::size_t at) {
  json::error_code ec;
  const std::size_t used = engine_->parser.write_some(true, bytes.data(), bytes.size(), ec);
  if (flaw_ != flaw::none) return false;
  if (ec == json::error::too_deep)
    complain(flaw::excessive,
             fmt::format("{}: nested deeper than {}", engine_->at.path(), deepest));
  else if (ec == json::error::array_too_large || ec == json::error::object_too_large)
    complain(flaw::excessive, fmt::format("{}: {}", engine_->at.path(), ec.message()));
  else if (ec)
    complain(flaw::broken, fmt::format("not JSON: {} at byte {}", ec.message(), at + used));
  else if (used < bytes.size())
    complain(flaw::broken, "not JSON: there is data after its end");
  return flaw_ == flaw::none;
}

bool json_reader::finish() {
  if (flaw_ != flaw::none) return false;
  json::error_code ec;
  engine_->parser.write_some(false, "", 0, ec);
  if (flaw_ != flaw::none) return false;
  if (fed_ == 0)
    complain(flaw::broken, "empty");
  else if (ec)
    complain(flaw::broken, fmt::format("cut off in {} after {} bytes", engine_->at.path(), fed_));
  return flaw_ == flaw::none;
}

void json_reader::refuse(std::string_view why) {
  complain(flaw::wrong, fmt::format("{}: {}", engine_->at.path(), why));
}

void json_reader::complain(flaw kind, std::string text) {
  if (flaw_ != flaw::none) return;
  flaw_ = kind;
  complaint_ = std::move(text);
}

// ---- the position in the tree of places, and the texts that arrive there ----

std::string json_reader::position::path() const {
  std::string out = "$";
  for (const level& l : levels) {
    if (l.place->type == json_type::list)
      out += fmt::format("[{}]", l.index);
    else if (l.field != nullptr)
      out.append(".").append(l.field->key);
  }
  return out;
}

// The place for a value of this type here; null if only other types are wanted.
json_place* json_reader::position::place_for(json_type type) const {
  if (levels.empty()) return r.root_->type == type ? r.root_ : nullptr;
  const level& now = levels.back();
  if (now.field != nullptr) return now.field->place->type == type ? now.field->place : nullptr;
  for (json_place* p : now.place->elements)
    if (p->type == type) return p;
  return nullptr;
}

// The same at the beginning of a value; complains if it has no place, or came a second time.
json_place* json_reader::position::target(json_type type) const {
  json_place* const p = place_for(type);
  if (p == nullptr) {
    mismatch(type_name(type));
    return nullptr;
  }
  if (p->seen && !levels.empty() && levels.back().field != nullptr) {
    r.refuse("appears twice");
    return nullptr;
  }
  p->seen = true;
  return p;
}

void json_reader::position::mismatch(std::string_view found) const {
  std::string expected;
  if (levels.empty())
    expected = type_name(r.root_->type);
  else if (levels.back().field != nullptr)
    expected = type_name(levels.back().field->place->type);
  else
    for (const json_place* p : levels.back().place->elements)
      expected += (expected.empty() ? "" : " or ") + std::string(type_name(p->type));
  r.refuse(fmt::format("expected {}, found {}", expected, found));
}

void json_reader::position::add_to_text(std::string_view part) {
  if (text == nullptr) {
    text = target(json_type::text);
    if (text == nullptr) return;
    text->text.clear();
    too_long = false;
  }
  const std::size_t room = longest_text - text->text.size();
  too_long = too_long || part.size() > room;
  text->text.append(part.substr(0, room));
}

void json_reader::position::end_of_text() {
  json_place& p = *std::exchange(text, nullptr);
  if (!p.damaged_too && too_long)
    return r.complain(flaw::excessive,
                      fmt::format("{}: longer than {} KiB", path(), longest_text >> 10U));
  if (!p.damaged_too && p.text.find(replacement_character) != std::string::npos)
    return r.complain(flaw::broken, path() + ": a text that is not UTF-8");
  if (too_long) shorten(p.text);
  arrived(p);
}

} // namespace ovhl
