#include "base/glob.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using ovhl::glob;

TEST_CASE("A glob matches whole texts, without regard to ASCII case") {
  struct row {
    std::string pattern;
    std::string text;
    bool matches;
  };
  const row table[] = {
      {"", "", true},
      {"", "a", false},
      {"*", "", true},
      {"*", "anything", true},
      {"**", "", true},
      {"?", "", false},
      {"?", "a", true},
      {"?", "ab", false},
      {"abc", "abc", true},
      {"abc", "ABC", true},
      {"ABC", "aBc", true},
      {"abc", "abcd", false},
      {"abc", "ab", false},
      {"abc", "xabc", false},
      {"win*", "windows", true},
      {"win*", "win", true},
      {"win*", "wi", false},
      {"*Guest", "windowsGuest", true},
      {"*Guest", "windowsGuests", false},
      {"*64*", "a64", true},
      {"*64*", "6 4", false},
      {"a*b*c", "aXbYc", true},
      {"a*b*c", "abbbc", true},
      {"a*b*c", "acb", false},
      {"*ab", "aab", true},
      {"*aab", "aaab", true},
      {"*a?b", "aaxab", false},
      {"*a?b", "aaxaab", true},
      {"legacy-??", "legacy-12", true},
      {"legacy-??", "legacy-1", false},
      {"legacy-??", "legacy-123", false},
      {"[a]", "[a]", true},
      {"[a]", "a", false},
      {"a.c", "abc", false},
      {"a\\*", "a\\x", true},
      // `?` is a character, not a byte; case is ASCII's only
      {"caf?", "caf\xC3\xA9", true},
      {"caf??", "caf\xC3\xA9", false},
      {"*?", "\xC3\xA9", true},
      {"*??", "\xC3\xA9", false},
      {"*?b?c",
       "\xC3\xA9xb\xE6\x97\xA5"
       "c",
       true},
      {"\xC3\xA9", "\xC3\x89", false},
      {"a?b",
       "a\xFF"
       "b",
       true},
  };
  for (const row& r : table) {
    CAPTURE(r.pattern);
    CAPTURE(r.text);
    CHECK(glob(r.pattern).matches(r.text) == r.matches);
  }
}

TEST_CASE("A glob knows how specific it is") {
  CHECK(glob("").exact());
  CHECK(glob("abc").exact());
  CHECK_FALSE(glob("a*").exact());
  CHECK_FALSE(glob("a?").exact());
  CHECK(glob("").literal_length() == 0);
  CHECK(glob("*").literal_length() == 0);
  CHECK(glob("a*b?c").literal_length() == 3);
  CHECK(glob("Win*").pattern() == "Win*");
}

TEST_CASE("Many stars take no time that grows without bound") {
  std::string pattern;
  for (int i = 0; i < 2000; ++i)
    pattern += "*a";
  const std::string text(4000, 'a');
  CHECK(glob(pattern + "*").matches(text));
  CHECK_FALSE(glob(pattern + "*b").matches(text));
}
