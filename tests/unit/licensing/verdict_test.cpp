#include "support.hpp"

#include <optional>
#include <set>
#include <string_view>

using namespace ovhl::licensing;
using namespace ovhl::licensing::testing;

TEST_CASE("every verdict has a name of its own") {
  std::set<std::string_view> names;
  for (const verdict v : all_verdicts) {
    CAPTURE(v);
    CHECK_FALSE(name(v).empty());
    CHECK(names.insert(name(v)).second);
  }
}

TEST_CASE("actions and modes are named as users see them") {
  CHECK(name(action::none) == "");
  CHECK(name(action::set_license) == "setLicense");
  CHECK(name(action::remove_license) == "removeLicense");
  CHECK(name(mode::report) == "report");
  CHECK(name(mode::declare) == "declare");
  CHECK(name(mode::enforce) == "enforce");
}

TEST_CASE("a check that fails shows enums by their names") {
  CHECK(doctest::toString(verdict::mismatch) == "mismatch");
  CHECK(doctest::toString(std::optional(mode::enforce)) == "enforce");
  CHECK(doctest::toString(action::none) == "(no name)");
}

TEST_CASE("report allows nothing, declare only what is missing, enforce everything") {
  for (const verdict v : all_verdicts) {
    CAPTURE(v);
    CHECK_FALSE(allows(mode::report, v));
    CHECK(allows(mode::declare, v) == (v == verdict::missing));
    CHECK(allows(mode::enforce, v));
  }
}

TEST_CASE("nothing is allowed that is not due") {
  decision d;
  d.mode = mode::enforce;
  CHECK_FALSE(allows(d, a_vm(w2019, null, null)));
}

TEST_CASE("declare is enough to set a license under a bypass where none is declared") {
  decision d;
  d.verdict = verdict::mismatch;
  d.action = action::set_license;
  struct {
    ovhl::licensing::mode mode;
    std::string_view license;
    bool allowed;
  } const table[] = {
      {mode::report, null, false},
      {mode::declare, null, true},
      {mode::declare, "unlicensed windows guestos", true},
      {mode::declare, "windows 2016 Standard", false},
      {mode::enforce, null, true},
      {mode::enforce, "windows 2016 Standard", true},
  };
  for (const auto& row : table) {
    CAPTURE(row.mode);
    CAPTURE(row.license);
    d.mode = row.mode;
    CHECK(allows(d, a_vm(ubuntu, w2019, row.license)) == row.allowed);
  }
}
