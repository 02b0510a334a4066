// The man pages themselves: right as mdoc, and what they show as examples can be used.
#include "../integration/daemon/process.hpp"
#include "config/settings.hpp"
#include "licensing/license.hpp"
#include "page.hpp"
#include "support/file_text.hpp"

#include <doctest/doctest.h>

using namespace ovhl::test;

namespace {

const std::filesystem::path manual = source / "packaging/man";

std::vector<std::string> pages() {
  std::vector<std::string> all;
  for (const auto& entry : std::filesystem::directory_iterator(manual))
    all.push_back(entry.path().filename().string());
  return all;
}

std::string said(const char* program, std::vector<std::string> arguments) {
  launch how;
  how.program = program;
  how.arguments = std::move(arguments);
  how.folder = manual;
  const outcome came = run(how);
  return came.status == 0 ? came.err : came.out + came.err;
}

} // namespace

TEST_CASE("mandoc and groff have nothing to say against the pages") {
  for (const std::string& page : pages()) {
    CAPTURE(page);
    if (installed("mandoc"))
      // Which pages are installed here is of no interest.
      CHECK(said("mandoc", {"-Tlint", "-Wwarning", "-Ios=Debian", page}) == "");
    else
      MESSAGE("skipped: there is no mandoc here to check the page with");
    if (installed("groff"))
      CHECK(said("groff", {"-mdoc", "-ww", "-Tutf8", "-z", page}) == "");
    else
      MESSAGE("skipped: there is no groff here to check the page with");
  }
}

TEST_CASE("Pages of ours that a page refers to are there") {
  const std::vector<std::string> all = pages();
  CHECK(all.size() == 3);
  for (const std::string& page : all)
    for (const std::string& other : all_of(file_text(manual / page), R"(\.Xr (ovh-\S+ \d))")) {
      const std::string file = other.substr(0, other.size() - 2) + "." + other.back();
      CHECK_MESSAGE(std::filesystem::exists(manual / file), page, " refers to ", file);
    }
}

TEST_CASE("The configuration that the man page shows is right") {
  const auto examples = page("ovh-licensed.yaml.5").literals("EXAMPLES");
  REQUIRE(examples.size() == 1);
  CHECK(ovhl::config::parse_settings(examples[0], "/c.yaml").errors.empty());
}

TEST_CASE("The policy that the man page shows is right, and its examples are as they say") {
  const auto shown_there = page("ovh-licensed-policy.5").literals("EXAMPLES");
  REQUIRE(shown_there.size() == 2);
  CHECK(tested(shown_there[0], shown_there[1]) == "4 passed, 0 failed\n");
}

TEST_CASE("The man page of the policy lists every license that can be declared, and no other") {
  const auto lists = page("ovh-licensed-policy.5").literals("EXPECTATIONS");
  REQUIRE(lists.size() == 1);
  names said_there;
  for (const std::string& license : lines(lists[0]))
    said_there.insert(license);
  const auto settable = ovhl::licensing::settable_licenses();
  CHECK(disagreement(said_there, names(settable.begin(), settable.end())) == "");
}
