// The messages that the docs explain are messages of the program, or of the API as the simulator
// has it.
#include "reading.hpp"
#include "support/file_text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <regex>

using namespace ovhl::test;

namespace {

// All sources, with every text in one piece.
std::string all_texts() {
  std::string all;
  for (const char* part : {"lib", "daemon", "tests/simulator"})
    for (const auto& file : std::filesystem::recursive_directory_iterator(source / part))
      if (file.path().extension() == ".cpp") all += file_text(file.path());
  return std::regex_replace(all, std::regex("\"\n\\s*\""), "");
}

// "no connection to …" is looked for without what varies.
std::vector<std::string> fixed_parts(std::string message) {
  constexpr std::string_view varying = "…";
  std::vector<std::string> parts;
  for (std::size_t at = 0; (at = message.find(varying)) != std::string::npos;) {
    parts.push_back(message.substr(0, at));
    message.erase(0, at + varying.size());
  }
  parts.push_back(message);
  std::erase_if(parts, [](const std::string& p) { return p.size() < 4; });
  return parts;
}

} // namespace

TEST_CASE("Every message that the docs explain is one that somebody says") {
  const std::string texts = all_texts();
  int explained = 0;
  for (const auto& row : table("message")) {
    if (!row.at(0).starts_with('`')) continue; // what is seen, not said
    for (const std::string& message : quoted_in(row[0]))
      for (const std::string& part : fixed_parts(message)) {
        CAPTURE(part);
        CHECK(texts.find(part) != std::string::npos);
        ++explained;
      }
  }
  CHECK(explained > 15);
}
