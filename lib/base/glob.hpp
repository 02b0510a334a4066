// Globs of the policy: `*` matches any characters, `?` exactly one, everything else itself. ASCII
// case is ignored.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ovhl {

class glob {
 public:
  glob() = default;
  explicit glob(std::string pattern);

  bool matches(std::string_view text) const noexcept;

  // It has no `*` and no `?`, so it matches only itself.
  bool exact() const noexcept { return exact_; }
  // How many characters are not wildcards: the more, the more specific.
  std::size_t literal_length() const noexcept { return literal_length_; }
  const std::string& pattern() const noexcept { return pattern_; }

  friend bool operator==(const glob& a, const glob& b) { return a.pattern_ == b.pattern_; }

 private:
  std::string pattern_; // as written
  std::string lowered_;
  std::size_t literal_length_ = 0;
  bool exact_ = true;
};

} // namespace ovhl
