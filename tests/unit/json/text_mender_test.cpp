// The mender skips whole blocks of plain bytes; the result must be the same as byte by byte.
#include "json/text_mender.hpp"

#include <doctest/doctest.h>

#include <array>
#include <random>
#include <string>

namespace {

std::string in_pieces(std::string_view json, std::size_t size) {
  std::string out;
  ovhl::text_mender mender;
  for (std::size_t at = 0; at < json.size(); at += size) {
    std::string_view bytes = json.substr(at, size);
    for (auto piece = mender.next(bytes); !piece.empty(); piece = mender.next(bytes))
      out.append(piece);
  }
  return out;
}

} // namespace

TEST_CASE("a damaged character is mended wherever it stands in a long text") {
  for (std::size_t before = 0; before < 200; ++before) {
    const std::string head = "[\"" + std::string(before, 'x');
    const std::string tail = std::string(200, 'y') + "\", \"" + std::string(80, 'z') + "\"]";
    CAPTURE(before);
    CHECK(ovhl::mended(head + '\xFF' + tail) ==
          head + std::string(ovhl::replacement_character) + tail);
    CHECK(ovhl::mended(head + '\n' + tail) ==
          head + std::string(ovhl::replacement_character) + tail);
    CHECK(ovhl::mended(head + "\\uD800" + tail) ==
          head + std::string(ovhl::replacement_character) + tail);
    CHECK(ovhl::mended(head + "\\\"\\\\\\n\xC3\xA9" + tail) == head + "\\\"\\\\\\n\xC3\xA9" + tail);
  }
}

TEST_CASE("line feeds and tabs between texts are left alone, however long the answer") {
  std::string json = "[";
  for (int i = 0; i < 100; ++i)
    json += "\n\t{\"name\": \"vm-" + std::to_string(i) + std::string(60, '-') + "\"},";
  CHECK(ovhl::mended(json) == json);
}

TEST_CASE("an answer is mended in the same way, whatever the pieces in which it arrives") {
  constexpr std::array<std::string_view, 12> parts = {"\"",       "plain text that is long enough",
                                                      "\\\"",     "\\\\",
                                                      "\xC3\xA9", "\xFF",
                                                      "\\uD800",  "\\uD83D\\uDE00",
                                                      "\n",       "{\"a\":",
                                                      "\xE2\x82", "[1, 2, 3], "};
  std::mt19937 random(1);
  for (int round = 0; round < 500; ++round) {
    std::string json;
    while (json.size() < 400)
      json += parts[random() % 3 == 0 ? random() % parts.size() : 1 + 8 * (random() % 2)];
    const std::string expected = in_pieces(json, 1);
    CAPTURE(round);
    for (const std::size_t size : {63U, 64U, 65U, 100U, 1000U})
      CHECK(in_pieces(json, size) == expected);
  }
}
