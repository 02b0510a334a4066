#include "ovh/credentials/conf_edit.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <random>
#include <string>
#include <vector>

using namespace ovhl;

namespace {

ovh::application_credentials keys() { return {"AK", secret("AS"), secret("CK")}; }

std::string edited(std::string_view text, std::string_view section = "ovh-eu") {
  const auto got = ovh::with_keys(text, "ovh.conf", section, keys());
  return got ? *got : "error: " + words(got.error());
}

} // namespace

TEST_CASE("keys are put in their places, and nothing else is touched") {
  struct row {
    const char *what, *before, *after;
  };
  const row rows[] = {
      {"an empty file", "",
       "[ovh-eu]\napplication_key=AK\napplication_secret=AS\nconsumer_key=CK\n"},
      {"a section that is not there comes last",
       "[default]\nendpoint=ovh-ca\n\n[ovh-ca]\nconsumer_key=1\n",
       "[default]\nendpoint=ovh-ca\n\n[ovh-ca]\nconsumer_key=1\n\n[ovh-eu]\napplication_key=AK\n"
       "application_secret=AS\nconsumer_key=CK\n"},
      {"a last line without an end gets one", "[a]\nb=c",
       "[a]\nb=c\n\n[ovh-eu]\napplication_key=AK\napplication_secret=AS\nconsumer_key=CK\n"},
      {"values are replaced where they stand",
       "[ovh-eu]\nconsumer_key=old\n# mine\nother = 1\napplication_secret : old\n"
       "Application_Key=  old  \n[z]\n",
       "[ovh-eu]\nconsumer_key=CK\n# mine\nother = 1\napplication_secret : AS\n"
       "Application_Key=  AK\n[z]\n"},
      {"an empty value is a place, too", "[ovh-eu]\nconsumer_key=\napplication_key=\n",
       "[ovh-eu]\nconsumer_key=CK\napplication_key=AK\napplication_secret=AS\n"},
      {"what is missing comes behind the section's last key",
       "[ovh-eu]\napplication_key=old\n\n# about ca\n[ovh-ca]\n",
       "[ovh-eu]\napplication_key=AK\napplication_secret=AS\nconsumer_key=CK\n\n# about ca\n"
       "[ovh-ca]\n"},
      {"a section without keys", "[ovh-eu]\n[ovh-ca]\nx=1\n",
       "[ovh-eu]\napplication_key=AK\napplication_secret=AS\nconsumer_key=CK\n[ovh-ca]\nx=1\n"},
      {"a section in two parts",
       "[ovh-eu]\napplication_key=1\n[b]\nconsumer_key=b\n[ ovh-eu ]\nconsumer_key=1\n",
       "[ovh-eu]\napplication_key=AK\napplication_secret=AS\n[b]\nconsumer_key=b\n[ ovh-eu ]\n"
       "consumer_key=CK\n"},
      {"comments are no keys", "[ovh-eu]\n#consumer_key=1\n;application_key=2\n",
       "[ovh-eu]\napplication_key=AK\napplication_secret=AS\nconsumer_key=CK\n"
       "#consumer_key=1\n;application_key=2\n"},
      {"Windows line endings and the mark before them",
       "\xEF\xBB\xBF[ovh-eu]\r\nconsumer_key=1\r\nx=2\r\n",
       "\xEF\xBB\xBF[ovh-eu]\r\nconsumer_key=CK\r\nx=2\r\napplication_key=AK\r\n"
       "application_secret=AS\r\n"},
      {"the last line is the one replaced", "[ovh-eu]\nconsumer_key=1",
       "[ovh-eu]\nconsumer_key=CK\napplication_key=AK\napplication_secret=AS\n"},
      {"blank lines at the end stay", "[a]\n\n\n",
       "[a]\n\n\n[ovh-eu]\napplication_key=AK\napplication_secret=AS\nconsumer_key=CK\n"},
      {"names of sections count by case", "[OVH-EU]\nconsumer_key=1\n",
       "[OVH-EU]\nconsumer_key=1\n\n[ovh-eu]\napplication_key=AK\napplication_secret=AS\n"
       "consumer_key=CK\n"},
  };
  for (const row& r : rows) {
    CAPTURE(std::string(r.what));
    CHECK(edited(r.before) == r.after);
  }
}

TEST_CASE("an endpoint that is a URL is a section like others") {
  CHECK(edited("", "https://localhost:1/1.0") == "[https://localhost:1/1.0]\napplication_key=AK\n"
                                                 "application_secret=AS\nconsumer_key=CK\n");
}

TEST_CASE("what is no ovh.conf, or has credentials of another kind, is refused and not quoted") {
  CHECK(edited("[ovh-eu]\nSeCrEt\n") == "error: ovh.conf:2: expected 'key = value' or '[section]'");
  CHECK(
      edited("[ovh-eu]\nclient_id=SeCrEt\n")
          .find(
              "error: ovh.conf: [ovh-eu] has an OAuth2 service account (client_id, client_secret), "
              "and needs no consumer key; an IAM policy sets its rights") == 0);
  CHECK(edited("[ovh-eu]\naccess_token=SeCrEt\n") ==
        "error: ovh.conf: [ovh-eu] has an access token, and needs no consumer key; remove "
        "access_token from it to log in instead");
  CHECK(edited("[ovh-eu]\naccess_token=\n").starts_with("[ovh-eu]\naccess_token=\n"));
  CHECK(edited("[ovh-ca]\naccess_token=T\n").starts_with("[ovh-ca]\naccess_token=T\n\n[ovh-eu]"));
}

TEST_CASE("a new file says what it is") {
  const std::string text = edited(ovh::conf_head);
  CHECK(text.starts_with(ovh::conf_head));
  CHECK(text.ends_with("\n\n[ovh-eu]\napplication_key=AK\napplication_secret=AS\n"
                       "consumer_key=CK\n"));
}

// Whatever a file contains: afterwards the section has the keys, and the rest is unchanged.
TEST_CASE("a file keeps everything it has, and gets the keys") {
  std::minstd_rand dice(20261121);
  const auto roll = [&](std::size_t n) { return dice() % n; };
  const std::vector<std::string> pieces = {"[ovh-eu]",
                                           "[ovh-ca]",
                                           "[ ovh-eu ]",
                                           "[default]",
                                           "# words",
                                           "; words",
                                           "",
                                           "  ",
                                           "endpoint=ovh-eu",
                                           "consumer_key=old",
                                           "consumer_key: o",
                                           "application_key = old",
                                           "Application_Secret=old",
                                           "x=1",
                                           "\ty : 2"};
  const std::vector<std::string> ends = {"\n", "\r\n"};
  int taken = 0;
  for (int round = 0; round < 5000; ++round) {
    std::string text = roll(8) == 0 ? "\xEF\xBB\xBF" : "";
    const std::string& end = ends[roll(2)];
    for (std::size_t lines = roll(12); lines > 0; --lines)
      text += pieces[roll(pieces.size())] + end;
    if (roll(3) == 0 && text.size() > 4) text.resize(text.size() - end.size());
    const auto before = ovh::parse_ini(text, "ovh.conf");
    const auto got = ovh::with_keys(text, "ovh.conf", "ovh-eu", keys());
    REQUIRE(got.has_value() == before.has_value());
    if (!got) continue;
    ++taken;
    CAPTURE(text);
    CAPTURE(*got);
    auto expected = before->sections;
    auto& ours = expected["ovh-eu"];
    ours["application_key"] = secret("AK");
    ours["application_secret"] = secret("AS");
    ours["consumer_key"] = secret("CK");
    const auto after = ovh::parse_ini(*got, "ovh.conf");
    REQUIRE(after.has_value());
    CHECK(after->sections == expected);
    const auto again = ovh::with_keys(*got, "ovh.conf", "ovh-eu", keys());
    REQUIRE(again.has_value());
    CHECK(*again == *got); // nothing is left to do
    // Every line that is not a key of ours stands there still, in its order.
    std::size_t at = 0;
    for (std::size_t from = 0; from < text.size();) {
      const std::size_t to = std::min(text.find('\n', from), text.size());
      const std::string line = text.substr(from, to - from);
      from = to + 1;
      if (line.find("old") != std::string::npos || line.find(": o") != std::string::npos) continue;
      at = got->find(line, at);
      REQUIRE(at != std::string::npos);
      at += line.size();
    }
  }
  CHECK(taken > 1000);
}
