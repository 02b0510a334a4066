#include "base/text.hpp"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace ovhl {

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    c = lowered(c);
  return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lowered(x) == lowered(y); });
}

std::string_view trimmed(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

code_point first_character(std::string_view s) noexcept {
  const auto* const bytes = reinterpret_cast<const utf8proc_uint8_t*>(s.data());
  if (bytes[0] < 0x80) return {bytes[0], 1, true};
  utf8proc_int32_t value = -1;
  const auto length = utf8proc_iterate(
      bytes, static_cast<utf8proc_ssize_t>(std::min<std::size_t>(s.size(), 4)), &value);
  if (length <= 0) return {0xFFFD, 1, false};
  return {static_cast<std::uint32_t>(value), static_cast<std::size_t>(length), true};
}

namespace {

// Edits between two words, a swap of neighbours counting once (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = last[j - 1] + (lowered(a[i - 1]) == lowered(b[j - 1]) ? 0 : 1);
      now[j] = std::min({changed, last[j] + 1, now[j - 1] + 1});
      if (i > 1 && j > 1 && lowered(a[i - 1]) == lowered(b[j - 2]) &&
          lowered(a[i - 2]) == lowered(b[j - 1]))
        now[j] = std::min(now[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(now);
  }
  return last[b.size()];
}

bool control(std::uint32_t c) noexcept {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

// Not the locale's wcwidth(): the program must not depend on a locale being installed.
std::size_t width(std::uint32_t c) noexcept {
  return control(c) ? 0
                    : static_cast<std::size_t>(utf8proc_charwidth(static_cast<std::int32_t>(c)));
}

} // namespace

std::optional<std::string_view> nearest(std::string_view written,
                                        std::span<const std::string_view> candidates) {
  std::optional<std::string_view> best;
  std::size_t best_distance = std::max<std::size_t>(1, written.size() / 3) + 1;
  for (std::string_view candidate : candidates) {
    // The distance is at least the difference in length, so a giant word is skipped without work.
    const auto [shorter, longer] = std::minmax({written.size(), candidate.size()});
    if (longer - shorter >= best_distance) continue;
    const std::size_t d = distance(written, candidate);
    if (d < best_distance) {
      best = candidate;
      best_distance = d;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view written, std::span<const std::string_view> candidates) {
  const auto near = nearest(written, candidates);
  return near ? fmt::format("; did you mean '{}'?", *near) : std::string();
}

std::size_t columns(std::string_view text) noexcept {
  std::size_t total = 0;
  while (!text.empty()) {
    const code_point c = first_character(text);
    total += width(c.value);
    text.remove_prefix(c.bytes);
  }
  return total;
}

std::string fitted(std::string_view text, std::size_t limit) {
  if (columns(text) <= limit) return std::string(text);
  if (limit == 0) return {};
  std::string out;
  std::size_t used = 0;
  while (!text.empty()) {
    const code_point c = first_character(text);
    if (used + width(c.value) > limit - 1) break;
    used += width(c.value);
    out.append(text.substr(0, c.bytes));
    text.remove_prefix(c.bytes);
  }
  return out + "…";
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const code_point c = first_character(text);
    if (!c.valid)
      out += "\xEF\xBF\xBD";
    else if (control(c.value))
      out +=
          c.value < 0x100 ? fmt::format("\\x{:02x}", c.value) : fmt::format("\\u{:04x}", c.value);
    else
      out.append(text.substr(0, c.bytes));
    text.remove_prefix(c.bytes);
  }
  return out;
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3;)
    digits.insert(i -= 3, 1, ',');
  return digits;
}

std::string hex(std::span<const unsigned char> bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (unsigned char b : bytes) {
    out += digits[b >> 4U];
    out += digits[b & 0xFU];
  }
  return out;
}

} // namespace ovhl
