#include "base/text.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

using namespace ovhl;

TEST_CASE("Only ASCII letters have a case") {
  CHECK(lowered("ABCxyz-0\xC3\x89") == "abcxyz-0\xC3\x89");
  CHECK(equal_ignoring_case("", ""));
  CHECK(equal_ignoring_case("ovh-EU", "OVH-eu"));
  CHECK_FALSE(equal_ignoring_case("a", "ab"));
  CHECK_FALSE(equal_ignoring_case("\xC3\x89", "\xC3\xA9"));
}

TEST_CASE("White space is taken off both ends, not out of the middle") {
  CHECK(trimmed("") == "");
  CHECK(trimmed(" \t\r\n") == "");
  CHECK(trimmed(" a b\n") == "a b");
  CHECK(trimmed("a") == "a");
}

TEST_CASE("The nearest name is suggested if it is near enough") {
  constexpr std::array<std::string_view, 5> keys{"connections", "interval", "timeout", "mode",
                                                 "on"};
  const std::pair<std::string, const char*> table[] = {
      {"conections", "connections"},
      {"Connections", "connections"},
      {"intervall", "interval"},
      {"tiemout", "timeout"},
      {"mod", "mode"},
      {"modes", "mode"},
      {"no", "on"},
      {"connexion", "connections"},
  };
  for (const auto& [written, meant] : table) {
    CAPTURE(written);
    const auto found = nearest(written, keys);
    REQUIRE(found.has_value());
    CHECK(*found == meant);
  }
  for (const std::string written :
       {"xyz", "policy", "c", "a very long text that is like nothing"}) {
    CAPTURE(written);
    CHECK_FALSE(nearest(written, keys).has_value());
  }
  CHECK_FALSE(nearest("anything", {}).has_value());
  CHECK(did_you_mean("tiemout", keys) == "; did you mean 'timeout'?");
  CHECK(did_you_mean("policy", keys).empty());
}

TEST_CASE("Of equally near names the first is suggested, but a nearer one is preferred") {
  constexpr std::array<std::string_view, 3> names{"bat", "hat", "cart"};
  CHECK((nearest("cat", names) == "bat"));
  CHECK((nearest("carts", names) == "cart"));
}

TEST_CASE("A very long word takes no time") {
  constexpr std::array<std::string_view, 1> names{"connections"};
  CHECK_FALSE(nearest(std::string(std::size_t{64} * 1024 * 1024, 'c'), names).has_value());
}

TEST_CASE("UTF-8 is decoded strictly") {
  struct row {
    std::string_view text;
    std::uint32_t value;
    std::size_t bytes;
    bool valid;
  };
  const row table[] = {
      {"a", 'a', 1, true},
      {std::string_view("\0x", 2), 0, 1, true},
      {"\xC3\xA9", 0xE9, 2, true},
      {"\xE6\x97\xA5x", 0x65E5, 3, true},
      {"\xF0\x9F\x98\x80", 0x1F600, 4, true},
      {"\xF4\x8F\xBF\xBF", 0x10FFFF, 4, true},
      {"\x80", 0xFFFD, 1, false},                 // a continuation alone
      {"\xC3", 0xFFFD, 1, false},                 // cut short
      {"\xC3x", 0xFFFD, 1, false},                //
      {"\xC0\xAF", 0xFFFD, 1, false},             // '/' written too long
      {"\xE0\x80\xAF", 0xFFFD, 1, false},         //
      {"\xF0\x80\x80\xAF", 0xFFFD, 1, false},     //
      {"\xED\xA0\x80", 0xFFFD, 1, false},         // half of a pair
      {"\xF4\x90\x80\x80", 0xFFFD, 1, false},     // beyond Unicode
      {"\xF8\x88\x80\x80\x80", 0xFFFD, 1, false}, //
      {"\xFF", 0xFFFD, 1, false},
  };
  for (const row& r : table) {
    const code_point c = first_character(r.text);
    CAPTURE(r.value);
    CHECK(c.value == r.value);
    CHECK(c.bytes == r.bytes);
    CHECK(c.valid == r.valid);
  }
}

TEST_CASE("Columns are those of a terminal") {
  const std::pair<std::string, std::size_t> table[] = {
      {"", 0},          {"abc", 3},    {"h\xC3\xA9", 2},    {"日本", 4},
      {"e\xCC\x81", 1}, {"…", 1},      {"\xFF", 1},         {"\xF0\x9F\x98\x80", 2},
      {"a\x1b", 1},     {"\u2705", 2}, {"\u05E9\u05B0", 1}, {"e\u20DD", 1}};
  for (const auto& [text, expected] : table) {
    CAPTURE(text);
    CHECK(columns(text) == expected);
  }
}

TEST_CASE("Text that does not fit is cut between characters, with an ellipsis") {
  CHECK(fitted("abc", 3) == "abc");
  CHECK(fitted("abcd", 3) == "ab…");
  CHECK(fitted("abcd", 1) == "…");
  CHECK(fitted("abcd", 0) == "");
  CHECK(fitted("日本語", 6) == "日本語");
  CHECK(fitted("日本語", 5) == "日本…");
  CHECK(fitted("日本語", 4) == "日…");
  CHECK(columns(fitted("日本語日本語", 7)) <= 7);
}

TEST_CASE("Nothing from outside can act on a terminal or break a line") {
  const std::pair<std::string, const char*> table[] = {
      {"plain text, h\xC3\xA9", "plain text, h\xC3\xA9"},
      {"a\nb\tc\rd", "a\\x0ab\\x09c\\x0dd"},
      {"\x1b[31mred", "\\x1b[31mred"},
      {std::string("a\0b", 3), "a\\x00b"},
      {"\x7F", "\\x7f"},
      {"\xC2\x9B", "\\x9b"},       // CSI in one character
      {"\xE2\x80\xAE", "\\u202e"}, // text runs backwards from here
      {"\xE2\x80\x8B", "\\u200b"}, // no width
      {"\xEF\xBB\xBF", "\\ufeff"},
      {"a\xFFz", "a\xEF\xBF\xBDz"},
  };
  for (const auto& [text, expected] : table)
    CHECK(printable(text) == expected);
}

TEST_CASE("Digits stand in groups of three") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(1234567) == "1,234,567");
  CHECK(grouped(std::numeric_limits<std::uint64_t>::max()) == "18,446,744,073,709,551,615");
}

TEST_CASE("Bytes are written as lower-case hexadecimal") {
  constexpr std::array<unsigned char, 4> bytes{0x00, 0x0F, 0xA5, 0xFF};
  CHECK(hex(bytes) == "000fa5ff");
  CHECK(hex({}).empty());
}
