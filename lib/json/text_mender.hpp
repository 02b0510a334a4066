// Repairs the texts in JSON before it is parsed: invalid UTF-8, half a surrogate pair and control
// characters become U+FFFD, so that one damaged text does not make a whole answer unreadable.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ovhl {

inline constexpr std::string_view replacement_character = "\xEF\xBF\xBD"; // U+FFFD

std::string mended(std::string_view json); // all at once

class text_mender {
 public:
  // Takes the next piece off the front of `bytes` and returns it repaired; valid until the next
  // call. Empty: all bytes are taken, and the beginning of a character may be held for the next
  // ones.
  std::string_view next(std::string_view& bytes) noexcept;
  void reset() noexcept { *this = {}; }

 private:
  std::size_t plain_blocks(std::string_view bytes) noexcept;
  std::string_view run(std::string_view& bytes) noexcept;
  std::string_view from_held(std::string_view& bytes) noexcept;

  bool in_text_ = false;
  char held_[12] = {}; // the beginning of a character or an escape that came in parts
  char out_[12] = {};
  std::size_t holding_ = 0;
};

} // namespace ovhl
