// Errors about files: errno in words, with advice.
#include "base/file_error.hpp"

#include <doctest/doctest.h>

#include <cerrno>

using namespace ovhl;

TEST_CASE("an error about a file says what failed, why, and what to do") {
  const file_advice advice{.missing = "a",
                           .not_a_directory = "b",
                           .is_a_directory = "c",
                           .forbidden = "d",
                           .read_only = "e",
                           .full = "f"};
  CHECK(words(file_error("x", "cannot be read: ", ENOENT, advice)) ==
        "x: cannot be read: No such file or directory; a");
  CHECK(words(file_error("x", "cannot be read: ", ENOENT)) ==
        "x: cannot be read: No such file or directory");
  const auto advice_at = [&](int code) { return file_error("x", "", code, advice).advice; };
  CHECK(advice_at(ENOTDIR) == "b");
  CHECK(advice_at(EISDIR) == "c");
  CHECK(advice_at(EACCES) == "d");
  CHECK(advice_at(EPERM) == "d");
  CHECK(advice_at(EROFS) == "e");
  for (const int code : {ENOSPC, EDQUOT, EFBIG})
    CHECK(advice_at(code) == "f");
  CHECK(advice_at(EIO) == "");
}
