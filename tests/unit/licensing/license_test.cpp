#include "licensing/license.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace ovhl::licensing;

TEST_CASE("setLicense takes 33 licenses, sorted and each once") {
  const auto all = settable_licenses();
  CHECK(all.size() == 33);
  CHECK(std::ranges::is_sorted(all));
  CHECK(std::ranges::adjacent_find(all) == all.end());
  for (const auto license : all)
    CHECK(is_settable(license));
}

TEST_CASE("ten legacy licenses can be read and not declared") {
  const auto all = legacy_licenses();
  CHECK(all.size() == 10);
  CHECK(std::ranges::is_sorted(all));
  for (const auto license : all) {
    CHECK(is_legacy(license));
    CHECK_FALSE(is_settable(license));
  }
}

TEST_CASE("what is not exactly as the API writes it is not a license") {
  for (const auto text : {"", "Windows 2019 Standard", "windows 2019", "windows 2019 Standard ",
                          "windows 2012 R2 Standard", "none"}) {
    CAPTURE(text);
    CHECK_FALSE(is_settable(text));
  }
  CHECK_FALSE(is_legacy("windows 2012"));
  CHECK_FALSE(is_legacy("windows 2019 Standard"));
}

TEST_CASE("the three values that are no licenses are neither declarable nor legacy") {
  for (const auto value : {managed_license, unknown_license, unlicensed}) {
    CAPTURE(value);
    CHECK_FALSE(is_settable(value));
    CHECK_FALSE(is_legacy(value));
  }
}
