// Sentences of every command fit the terminal, and go on indented; elsewhere they are one line.
#include "base/text.hpp"
#include "stage.hpp"

#include <doctest/doctest.h>

#include <array>
#include <regex>
#include <string>
#include <vector>

using namespace ovhl::test;

namespace {

// What was on the screen, without colours and what a progress line left.
std::vector<std::string> screen(const std::string& text) {
  auto all = lines(std::regex_replace(text, std::regex("\x1b\\[[0-9;]*m"), ""));
  for (std::string& line : all)
    std::erase(line, '\r');
  return all;
}

void check_fits(const std::string& text, std::size_t width) {
  bool hangs = false;
  for (const std::string& line : screen(text)) {
    CAPTURE(line);
    const bool one_word = line.find(' ', line.find_first_not_of(' ')) == std::string::npos;
    CHECK((ovhl::columns(line) <= width || one_word));
    hangs = hangs || line.starts_with("  ");
  }
  CHECK(hangs);
}

} // namespace

TEST_CASE("complaints, login, check, verify, explain and status fit terminals of every width") {
  stage s;
  s.daemon_at_rest().kill(); // status has something to complain about
  for (const auto width : std::to_array<unsigned short>({60, 80, 120})) {
    CAPTURE(width);
    for (const std::vector<std::string>& command : {std::vector<std::string>{"check", "--online"},
                                                    {"verify"},
                                                    {"explain", "web-2"},
                                                    {"status"}}) {
      CAPTURE(command.front());
      check_fits(s.run_as(at_terminal(s.command(command), width)).out, width);
    }
  }
}

TEST_CASE("a complaint goes on indented on a terminal, and is one line elsewhere") {
  stage s;
  s.write("ovh.conf", s.api.conf(), 0644);
  const outcome plain = s.run({"plan"});
  CHECK(lines(plain.err).size() == 1);
  const auto wrapped = screen(s.run_as(at_terminal(s.command({"plan"}), 50)).out);
  REQUIRE(wrapped.size() > 1);
  CHECK(wrapped[0].starts_with("ovh-licensed: "));
  std::string again = wrapped[0];
  for (std::size_t i = 1; i < wrapped.size(); ++i) {
    CHECK(wrapped[i].starts_with("  "));
    CHECK(ovhl::columns(wrapped[i]) <= 50);
    again += wrapped[i].substr(1);
  }
  CHECK(again + '\n' == plain.err);
}
