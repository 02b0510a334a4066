// FNV-1a, a fast fingerprint of 32 or 64 bits. Fingerprints are compared with older ones, so their
// values never change.
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>

namespace ovhl {

template <class Word>
  requires std::same_as<Word, std::uint32_t> || std::same_as<Word, std::uint64_t>
class fnv1a {
 public:
  fnv1a& add(unsigned char byte) noexcept {
    value_ = (value_ ^ byte) * prime;
    return *this;
  }
  fnv1a& add(std::string_view text) noexcept {
    for (const char c : text)
      add(static_cast<unsigned char>(c));
    return *this;
  }
  Word value() const noexcept { return value_; }

 private:
  static constexpr bool wide = sizeof(Word) == 8;
  static constexpr Word prime = static_cast<Word>(wide ? 0x100000001b3U : 0x01000193U);

  Word value_ = static_cast<Word>(wide ? 0xcbf29ce484222325U : 0x811c9dc5U);
};

} // namespace ovhl
