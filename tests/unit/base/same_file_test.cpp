#include "base/same_file.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <filesystem>

namespace fs = std::filesystem;
using ovhl::identity_of;

TEST_CASE("two names are one file through links, '..' and directories, also before it exists") {
  const ovhl::test::temporary_directory here;
  fs::create_directory(here / "sub");
  here.file("there", "x");
  here.file("another", "x");
  fs::create_symlink("there", here / "link");
  fs::create_hard_link(here / "there", here / "second name");
  fs::create_symlink("to come", here / "astray");
  fs::create_directory_symlink("sub", here / "sub link");

  for (const char* same : {"there", "link", "second name", "sub/../there", "./there"})
    CHECK(identity_of(here / same) == identity_of(here / "there"));
  for (const char* same : {"to come", "astray", "sub/../to come"})
    CHECK(identity_of(here / same) == identity_of(here / "to come"));
  CHECK(identity_of(here / "sub/new") == identity_of(here / "sub link/new"));
  CHECK(identity_of(here / "none/new") == identity_of(here / "sub/../none/./new"));
  for (const char* other : {"another", "to come", "sub/there", "none/there", "There"})
    CHECK_FALSE(identity_of(here / other) == identity_of(here / "there"));
}
