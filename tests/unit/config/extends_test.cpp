// A policy that extends the default mapping: own lines win, and the digest covers both.
#include "base/digest.hpp"
#include "config/default_policy.hpp"
#include "config/policy_file.hpp"
#include "said.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ovhl;
using namespace ovhl::config;
using licensing::origin;

namespace {

policy_file right(const std::string& text) {
  auto read = parse_policy(text, "policy.yaml");
  CHECK(lines(read.errors) == "");
  CHECK(lines(read.warnings) == "");
  return read.value.value_or(policy_file{});
}

// The keys in the order in which they are tried: "+" marks an own one, "!" one that replaces a
// default one.
std::string tried(const std::string& text) {
  std::string all;
  for (const licensing::map_entry& e : right(text).policy.guest_os_families) {
    if (e.origin == origin::own) all += '+';
    if (e.origin == origin::own_instead_of_default) all += '!';
    all += e.guest_os_family.pattern() + ' ';
  }
  return all;
}

} // namespace

TEST_CASE("A policy that extends the default has its mapping") {
  CHECK(tried("extends: default") ==
        "windows2022srvNext_64Guest windows2019srvNext_64Guest windows2019srv_64Guest "
        "windows9Server64Guest windows8Server64Guest windows7Server64Guest win* * ");
  CHECK(tried("mode: report") == "");
}

TEST_CASE("Own lines come before the default's, also where those are more specific") {
  CHECK(tried("extends: default\nguest_os_families: {'windows2019*': review, a: none}") ==
        "+a +windows2019* windows2022srvNext_64Guest windows2019srvNext_64Guest "
        "windows2019srv_64Guest windows9Server64Guest windows8Server64Guest windows7Server64Guest "
        "win* * ");
}

TEST_CASE("An own line replaces the default's of the same key, whatever the case") {
  CHECK(tried("guest_os_families: {WINDOWS2019srv_64guest: none, 'windows2019*': review}\n"
              "extends: default") ==
        "!WINDOWS2019srv_64guest +windows2019* windows2022srvNext_64Guest "
        "windows2019srvNext_64Guest windows9Server64Guest windows8Server64Guest "
        "windows7Server64Guest win* * ");
}

TEST_CASE("An own '*' or 'win*' does not hide the default's other lines") {
  CHECK(tried("extends: default\nguest_os_families: {'*': review, 'Win*': none}") ==
        "windows2022srvNext_64Guest windows2019srvNext_64Guest windows2019srv_64Guest "
        "windows9Server64Guest windows8Server64Guest windows7Server64Guest !Win* !* ");
}

TEST_CASE("The digest of a policy covers the default that it extends, and the record holds both") {
  const std::string own = "mode: declare\nextends: default"; // and no end of line
  const policy_file p = right(own);
  CHECK(p.text == own + "\n" + std::string(default_begins) + std::string(default_policy()));
  CHECK(p.sha256 == sha256(p.text));
  CHECK(p.policy.id == p.sha256);

  const policy_file without = right("mode: declare\n");
  CHECK(without.text == "mode: declare\n");
  CHECK(without.sha256 == sha256(without.text));
}

TEST_CASE("What can be extended is the default alone") {
  CHECK(lines(parse_policy("extends: defualt", "policy.yaml").errors) ==
        "policy.yaml:1:10: 'extends' must be default, not 'defualt'; did you mean 'default'?\n");
  CHECK(lines(parse_policy("extends: [default]", "policy.yaml").errors) ==
        "policy.yaml:1:10: 'extends' must be default, not a list\n");
}
