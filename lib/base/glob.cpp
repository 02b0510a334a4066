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

// Greedy with one step back: a later `*` makes any earlier one final, so this is linear in practice
// and never worse than pattern × text.
bool glob::matches(std::string_view text) const noexcept {
  const std::string_view p = lowered_;
  std::size_t at = 0, in = 0, star = std::string_view::npos, resume = 0;
  while (in < text.size()) {
    if (at < p.size() && p[at] == '*') {
      star = at++;
      resume = in;
    } else if (at < p.size() && (p[at] == '?' || p[at] == lowered(text[in]))) {
      ++at;
      ++in;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      in = ++resume;
    } else {
      return false;
    }
  }
  while (at < p.size() && p[at] == '*')
    ++at;
  return at == p.size();
}

} // namespace ovhl
