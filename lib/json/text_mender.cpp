#include "json/text_mender.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <optional>

namespace ovhl {

namespace {

enum class kind : unsigned char { right, wrong, cut_off };

// The next bytes of a text: so many are valid, or one U+FFFD replaces them.
struct unit {
  std::size_t bytes;
  ovhl::kind kind;
};

// Four hexadecimal digits, else -1.
int hex_value(std::string_view digits) noexcept {
  int value = 0;
  for (const char c : digits.substr(0, 4)) {
    const char low = lowered(c);
    const int digit = low >= '0' && low <= '9'   ? low - '0'
                      : low >= 'a' && low <= 'f' ? low - 'a' + 10
                                                 : -1;
    if (digit < 0) return -1;
    value = 16 * value + digit;
  }
  return value;
}

bool high(int v) noexcept { return v >= 0xD800 && v < 0xDC00; }
bool low(int v) noexcept { return v >= 0xDC00 && v < 0xE000; }

// The parser reports invalid escapes.
unit escape(std::string_view s) noexcept {
  if (s.size() < 2) return {0, kind::cut_off};
  if (s[1] != 'u') return {2, kind::right};
  if (s.size() < 6) return {0, kind::cut_off};
  const int first = hex_value(s.substr(2));
  if (first < 0) return {2, kind::right};
  if (low(first)) return {6, kind::wrong};
  if (!high(first)) return {6, kind::right};
  const std::string_view pair = s.substr(6);
  if (!std::string_view("\\u").starts_with(pair.substr(0, 2))) return {6, kind::wrong};
  if (pair.size() < 6) return {0, kind::cut_off};
  return low(hex_value(pair.substr(2))) ? unit{12, kind::right} : unit{6, kind::wrong};
}

unit character(std::string_view s) noexcept {
  const code_point c = first_character(s);
  if (c.valid) return {c.bytes, kind::right};
  const auto lead = static_cast<unsigned char>(s.front());
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  const bool goes_on = std::all_of(s.begin() + 1, s.end(), [](char b) {
    return (static_cast<unsigned char>(b) & 0xC0U) == 0x80U;
  });
  return s.size() < length && goes_on ? unit{0, kind::cut_off} : unit{1, kind::wrong};
}

unit first_of(std::string_view s) noexcept {
  const auto c = static_cast<unsigned char>(s.front());
  if (c == '\\') return escape(s.substr(0, 12));
  if (c < 0x20) return {1, kind::wrong};
  if (c < 0x80) return {1, kind::right};
  return character(s.substr(0, 4));
}

bool plain(char c) noexcept {
  return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x80 &&
         c != '"' && c != '\\';
}

constexpr std::size_t block = 64;

// The number of quotes; nothing if a byte may need mending. The loop uses bytes only, so that
// compilers vectorise it.
std::optional<unsigned> quotes_in(const char* bytes) noexcept {
  unsigned char special = 0, quotes = 0;
  for (std::size_t i = 0; i < block; ++i) {
    const auto c = static_cast<signed char>(bytes[i]); // below 0: not ASCII
    special = static_cast<unsigned char>(special | (c < 0x20 ? 1 : 0) | (c == '\\' ? 1 : 0));
    quotes = static_cast<unsigned char>(quotes + (c == '"' ? 1 : 0));
  }
  return special == 0 ? std::optional<unsigned>(quotes) : std::nullopt;
}

} // namespace

// Counts the bytes in whole blocks that need no mending: nearly everything that OVHcloud sends.
std::size_t text_mender::plain_blocks(std::string_view bytes) noexcept {
  std::size_t at = 0;
  for (; bytes.size() - at >= block; at += block) {
    const auto quotes = quotes_in(bytes.data() + at);
    if (!quotes) break;
    in_text_ ^= *quotes % 2 == 1;
  }
  return at;
}

// Takes the bytes that need no mending.
std::string_view text_mender::run(std::string_view& bytes) noexcept {
  std::size_t at = 0, slow_until = 0;
  while (at < bytes.size()) {
    if (at >= slow_until) {
      at += plain_blocks(bytes.substr(at));
      slow_until = at + block;
      continue;
    }
    if (!in_text_) {
      at = std::min(bytes.find('"', at), bytes.size());
      if (at == bytes.size()) break;
      in_text_ = true;
      ++at;
      continue;
    }
    while (at < bytes.size() && plain(bytes[at]))
      ++at;
    if (at == bytes.size()) break;
    if (bytes[at] == '"') {
      in_text_ = false;
      ++at;
      continue;
    }
    const unit u = first_of(bytes.substr(at));
    if (u.kind != kind::right) break;
    at += u.bytes;
  }
  const std::string_view out = bytes.substr(0, at);
  bytes.remove_prefix(at);
  return out;
}

// Completes the held bytes with as many more as are needed to know what they are.
std::string_view text_mender::from_held(std::string_view& bytes) noexcept {
  for (;;) {
    const std::string_view held(held_, holding_);
    const unit u = first_of(held);
    if (u.kind == kind::cut_off) {
      if (bytes.empty()) return {};
      held_[holding_++] = bytes.front();
      bytes.remove_prefix(1);
      continue;
    }
    if (held.front() == '"') in_text_ = false;
    const std::size_t size = held.copy(out_, u.bytes);
    std::copy(held_ + size, held_ + holding_, held_);
    holding_ -= size;
    return u.kind == kind::right ? std::string_view(out_, size) : replacement_character;
  }
}

std::string_view text_mender::next(std::string_view& bytes) noexcept {
  if (holding_ > 0) return from_held(bytes);
  if (const auto out = run(bytes); !out.empty() || bytes.empty()) return out;
  const unit u = first_of(bytes);
  if (u.kind == kind::wrong) {
    bytes.remove_prefix(u.bytes);
    return replacement_character;
  }
  holding_ = bytes.copy(held_, sizeof held_);
  bytes = {};
  return {};
}

std::string mended(std::string_view json) {
  std::string out;
  text_mender mender;
  for (auto piece = mender.next(json); !piece.empty(); piece = mender.next(json))
    out.append(piece);
  return out;
}

} // namespace ovhl
