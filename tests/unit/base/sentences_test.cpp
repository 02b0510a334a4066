#include "base/sentences.hpp"
#include "base/text.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace ovhl;

namespace {

std::string at(std::size_t width, std::string_view text, std::size_t indent = 2) {
  return hanging(text, {true, false, width}, indent);
}

} // namespace

TEST_CASE("a sentence continues indented in the next line, and keeps its end") {
  CHECK(at(20, "one two three four five six\n") == "one two three four\n  five six\n");
  CHECK(at(20, "exactly twenty wide!") == "exactly twenty wide!");
  CHECK(at(20, "first line is long enough\nshort\n\nand another one is long") ==
        "first line is long\n  enough\nshort\n\nand another one is\n  long");
  CHECK(at(20, "Go on? [y/N] ") == "Go on? [y/N] ");
  CHECK(at(20, "") == "");
}

TEST_CASE("a continuation is indented by more than its line") {
  CHECK(at(20, "  ok      all of it is fine", 8) == "  ok      all of it\n          is fine");
  CHECK(at(20, "    deep words and more words") == "    deep words and\n      more words");
  CHECK(at(10, "  WRONG   much too narrow a place", 8) == "  WRONG\nmuch too\nnarrow a\nplace");
}

TEST_CASE("a word wider than a line stays whole, to be copied") {
  CHECK(at(10, "see https://eu.api.ovh.com/createApp/ for it") ==
        "see\n  https://eu.api.ovh.com/createApp/\n  for it");
}

TEST_CASE("colours take no column, and wide characters two") {
  CHECK(at(10, "\x1b[31mred\x1b[0m words that") == "\x1b[31mred\x1b[0m words\n  that");
  CHECK(at(10, "東京 大阪 名古屋") == "東京 大阪\n  名古屋");
}

TEST_CASE("no line is wider than the terminal unless a word is") {
  const std::string text =
      "ovh-licensed: account main: GET /dedicatedCloud: This credential is not valid (HTTP 403, "
      "query EU.ext-1.abc); run 'ovh-licensed login' again, then restart the service";
  for (std::size_t width = 24; width <= 250; ++width) {
    const std::string wrapped = at(width, text);
    for (std::size_t from = 0; from != std::string::npos;) {
      const auto end = wrapped.find('\n', from);
      CHECK(columns(wrapped.substr(from, end - from)) <= width);
      from = end == std::string::npos ? end : end + 1;
    }
  }
}

TEST_CASE("without a terminal a sentence stays one line") {
  const std::string text(500, 'x');
  CHECK(hanging(text + ' ' + text, {}) == text + ' ' + text);
}
