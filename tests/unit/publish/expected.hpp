// The texts that this room must write, in expected/ as files: easier to read, and to compare, than
// string literals.
#pragma once

#include "support/file_text.hpp"

#include <string>

namespace ovhl::publish::test {

inline std::string expected(const std::string& name) {
  return ovhl::test::file_text(OVHL_SOURCE_DIR "/tests/unit/publish/expected/" + name);
}

} // namespace ovhl::publish::test
