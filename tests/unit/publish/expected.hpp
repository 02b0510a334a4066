// The texts that this room must write, in expected/ as files: easier to read, and to compare, than
// string literals.
#pragma once

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace ovhl::publish::test {

inline std::string expected(const std::string& name) {
  std::ifstream file(OVHL_SOURCE_DIR "/tests/unit/publish/expected/" + name, std::ios::binary);
  REQUIRE_MESSAGE(file.is_open(), "there is no expected/", name);
  return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace ovhl::publish::test
