#include "base/glob.hpp"

#include "base/text.hpp"

#include <utility>

namespace ovhl {

glob::glob(std::string pattern) : pattern_(std::move(pattern)), lowered_(lowered(pattern_)) {
  for (char c : pattern_) {
    if (c == '*' || c == '?')
      exact_ = false;
    else
      ++literal_length_;
  }
}

namespace {

// The bytes of the character there; a byte that is not UTF-8 is one by itself.
std::size_t length_at(std::string_view text, std::size_t at) noexcept {
  const bool ascii = static_cast<unsigned char>(text[at]) < 0x80;
  return ascii ? 1 : first_character(text.substr(at)).bytes;
}

} // namespace

// Greedy with one step back: a later `*` makes any earlier one final, so this is linear in practice
// and never worse than pattern × text.
bool glob::matches(std::string_view text) const noexcept {
  const std::string_view p = lowered_;
  std::size_t at = 0, in = 0, star = std::string_view::npos, resume = 0;
  while (in < text.size()) {
    if (at < p.size() && p[at] == '*') {
      star = at++;
      resume = in;
    } else if (at < p.size() && p[at] == '?') {
      ++at;
      in += length_at(text, in);
    } else if (at < p.size() && p[at] == lowered(text[in])) {
      ++at;
      ++in;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      in = resume += length_at(text, resume);
    } else {
      return false;
    }
  }
  while (at < p.size() && p[at] == '*')
    ++at;
  return at == p.size();
}

} // namespace ovhl
