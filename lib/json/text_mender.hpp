// JSON on its way to the parser, with the texts in it repaired: what is not UTF-8 there, half a
// surrogate pair, or a control character becomes U+FFFD, so that one text does not spoil an answer.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ovhl {

inline constexpr std::string_view replacement_character = "\xEF\xBF\xBD"; // U+FFFD

std::string mended(std::string_view json); // all at once

class text_mender {
 public:
  // The next piece of what `bytes` begins with, which is taken off; valid until the next call.
  // Empty: all is taken, and the beginning of a character may be kept for the bytes that follow.
  std::string_view next(std::string_view& bytes) noexcept;
  void reset() noexcept { *this = {}; }

 private:
  std::size_t plain_blocks(std::string_view bytes) noexcept;
  std::string_view run(std::string_view& bytes) noexcept;
  std::string_view from_held(std::string_view& bytes) noexcept;

  bool in_text_ = false;
  char held_[12] = {}; // of a character or an escape that came in parts
  char out_[12] = {};
  std::size_t holding_ = 0;
};

} // namespace ovhl
