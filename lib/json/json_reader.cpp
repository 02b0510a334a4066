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

} // namespace

// What Boost.JSON calls for each piece of the document.
struct json_reader::handler {
  using code = json::error_code;
  static constexpr std::size_t max_array_size = 1'000'000;
  static constexpr std::size_t max_object_size = 10'000;
  static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t longest_key = 1 << 10; // of those kept

  explicit handler(json_reader& reader) : r(reader) {}
  json_reader& r;

  bool verdict(code& ec) const {
    if (r.flaw_ == flaw::none) return true;
    ec = make_error_code(boost::system::errc::bad_message);
    return false;
  }
  // Whether the next value is inside something that is not wanted.
  bool unwanted() const {
    return r.unwanted_ > 0 ||
           (!r.open_.empty() && r.open_.back().place->type == json_type::object &&
            r.open_.back().field == nullptr);
  }
  void end_of_value() const {
    if (r.open_.empty()) return;
    ++r.open_.back().index;
    r.open_.back().field = nullptr;
  }
  bool arrived(json_place& p, code& ec) const {
    p.known = true;
    if (p.arrived) p.arrived();
    if (r.flaw_ == flaw::none) end_of_value();
    return verdict(ec);
  }

  bool open(json_type type, code& ec) const {
    if (unwanted()) {
      ++r.unwanted_;
      return true;
    }
    json_place* const p = r.target(type);
    if (p == nullptr) return verdict(ec);
    for (const json_field& f : p->fields)
      f.place->seen = f.place->known = false;
    r.open_.push_back({p});
    return true;
  }
  bool close(code& ec) const {
    if (r.unwanted_ > 0) {
      --r.unwanted_;
      return true;
    }
    json_place& p = *r.open_.back().place;
    r.open_.back().field = nullptr;
    for (const json_field& f : p.fields) {
      if (f.place->seen || f.place->need == presence::optional) continue;
      r.open_.back().field = &f;
      r.complain(flaw::wrong, fmt::format("{}: missing", r.path()));
      return verdict(ec);
    }
    r.open_.pop_back();
    return arrived(p, ec);
  }

  bool on_document_begin(code&) const { return true; }
  bool on_document_end(code&) const { return true; }
  bool on_array_begin(code& ec) const { return open(json_type::list, ec); }
  bool on_array_end(std::size_t, code& ec) const { return close(ec); }
  bool on_object_begin(code& ec) const { return open(json_type::object, ec); }
  bool on_object_end(std::size_t, code& ec) const { return close(ec); }

  bool on_key_part(std::string_view part, std::size_t total, code&) const {
    if (r.unwanted_ > 0) return true;
    if (part.size() == total) r.key_.clear();
    add_to_key(part);
    return true;
  }
  // A longer key is not wanted.
  void add_to_key(std::string_view part) const {
    r.key_.append(part.substr(0, longest_key - r.key_.size()));
  }
  bool on_key(std::string_view part, std::size_t total, code&) const {
    if (r.unwanted_ > 0) return true;
    std::string_view key = part;
    if (part.size() != total) {
      add_to_key(part);
      key = r.key_;
    }
    level& now = r.open_.back();
    now.field = nullptr;
    for (const json_field& f : now.place->fields) {
      if (f.key != key) continue;
      now.field = &f;
      break;
    }
    return true;
  }

  bool text(std::string_view part, code& ec) const {
    if (r.text_ == nullptr) {
      r.text_ = r.target(json_type::text);
      if (r.text_ == nullptr) return verdict(ec);
      r.text_->text.clear();
      r.too_long_ = false;
    }
    r.add_to_text(part);
    return true;
  }
  bool on_string_part(std::string_view part, std::size_t, code& ec) const {
    return unwanted() || text(part, ec);
  }
  bool on_string(std::string_view part, std::size_t, code& ec) const {
    if (unwanted()) return true;
    if (!text(part, ec)) return false;
    json_place& p = *std::exchange(r.text_, nullptr);
    r.end_of_text(p);
    return r.flaw_ == flaw::none ? arrived(p, ec) : verdict(ec);
  }

  bool on_number_part(std::string_view, code&) const { return true; }
  bool on_int64(std::int64_t i, std::string_view, code& ec) const {
    if (unwanted()) return true;
    json_place* const p = r.target(json_type::integer);
    if (p == nullptr) return verdict(ec);
    p->integer = i;
    return arrived(*p, ec);
  }
  bool on_uint64(std::uint64_t, std::string_view, code& ec) const {
    if (!unwanted()) r.mismatch("a number too large for one");
    return verdict(ec);
  }
  bool on_double(double, std::string_view, code& ec) const {
    if (!unwanted()) r.mismatch("a number with a fraction");
    return verdict(ec);
  }
  bool on_bool(bool b, code& ec) const {
    if (unwanted()) return true;
    json_place* const p = r.target(json_type::boolean);
    if (p == nullptr) return verdict(ec);
    p->boolean = b;
    return arrived(*p, ec);
  }
  bool on_null(code& ec) const {
    if (unwanted()) return true;
    json_place* const p =
        r.open_.empty() || r.open_.back().field == nullptr ? nullptr : r.open_.back().field->place;
    if (p == nullptr || p->need == presence::required)
      r.mismatch("null");
    else if (p->seen)
      r.refuse("appears twice");
    else
      p->seen = true;
    if (r.flaw_ == flaw::none) end_of_value();
    return verdict(ec);
  }
  bool on_comment_part(std::string_view, code&) const { return true; }
  bool on_comment(std::string_view, code&) const { return true; }
};

struct json_reader::engine {
  explicit engine(json_reader& reader) : parser(options(), reader) {}
  static json::parse_options options() {
    json::parse_options o;
    o.max_depth = deepest;
    return o;
  }
  json::basic_parser<handler> parser;
};

json_reader::json_reader(std::size_t largest_body)
    : engine_(std::make_unique<engine>(*this)), largest_body_(largest_body) {}
json_reader::~json_reader() = default;

void json_reader::read(json_place& root) { root_ = &root; }

void json_reader::reset() {
  engine_->parser.reset();
  mender_.reset();
  open_.clear();
  unwanted_ = 0;
  text_ = nullptr;
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
    complain(flaw::excessive, fmt::format("{}: nested deeper than {}", path(), deepest));
  else if (ec == json::error::array_too_large || ec == json::error::object_too_large)
    complain(flaw::excessive, fmt::format("{}: {}", path(), ec.message()));
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
    complain(flaw::broken, fmt::format("cut off in {} after {} bytes", path(), fed_));
  return flaw_ == flaw::none;
}

void json_reader::refuse(std::string_view why) {
  complain(flaw::wrong, fmt::format("{}: {}", path(), why));
}

void json_reader::complain(flaw kind, std::string text) {
  if (flaw_ != flaw::none) return;
  flaw_ = kind;
  complaint_ = std::move(text);
}

// ---- the position in the tree of places, and the texts that arrive there ----

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

// The place for a value of this type here; null if only other types are wanted.
json_place* json_reader::place_for(json_type type) {
  if (open_.empty()) return root_->type == type ? root_ : nullptr;
  const level& now = open_.back();
  if (now.field != nullptr) return now.field->place->type == type ? now.field->place : nullptr;
  for (json_place* p : now.place->elements)
    if (p->type == type) return p;
  return nullptr;
}

// The same at the beginning of a value; complains if it has no place, or came a second time.
json_place* json_reader::target(json_type type) {
  json_place* const p = place_for(type);
  if (p == nullptr) {
    mismatch(type_name(type));
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
    expected = type_name(root_->type);
  else if (open_.back().field != nullptr)
    expected = type_name(open_.back().field->place->type);
  else
    for (const json_place* p : open_.back().place->elements)
      expected += (expected.empty() ? "" : " or ") + std::string(type_name(p->type));
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
