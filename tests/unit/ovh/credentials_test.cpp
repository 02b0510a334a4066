#include "ovh/credentials/credentials.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>
#include <string>

using namespace ovhl;
namespace fs = std::filesystem;

namespace {

// A directory with files of a given mode, and variables of our own.
class place : public test::temporary_directory {
 public:
  ovh::surroundings around() const {
    ovh::surroundings out;
    out.variable = [this](const char* name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found != variables.end() ? std::optional(found->second) : std::nullopt;
    };
    out.shared_files = {path() / "here.conf", path() / "home.conf", path() / "etc.conf"};
    return out;
  }
  // The kind and its parts, or the error with our directory's name cut out.
  std::string find(std::string_view section, const std::optional<fs::path>& named = {}) const {
    const auto got = ovh::find_credentials(section, named, around());
    if (!got) {
      std::string text = words(got.error());
      const std::string mine = path().string() + "/";
      for (auto at = text.find(mine); at != std::string::npos; at = text.find(mine))
        text.erase(at, mine.size());
      return text;
    }
    if (const auto* a = std::get_if<ovh::application_credentials>(&*got))
      return fmt::format("application {} {} {}", a->application_key, a->application_secret.reveal(),
                         a->consumer_key.reveal());
    if (const auto* o = std::get_if<ovh::oauth2_credentials>(&*got))
      return fmt::format("oauth2 {} {}", o->client_id, o->client_secret.reveal());
    return fmt::format("token {}", std::get<ovh::token_credentials>(*got).access_token.reveal());
  }

  std::map<std::string, std::string> variables;
};

constexpr const char* keys =
    "[ovh-eu]\napplication_key=AK\napplication_secret=AS\nconsumer_key=CK\n";

} // namespace

TEST_CASE("an INI file is sections of keys") {
  const auto got = ovh::parse_ini("\xEF\xBB\xBF# ours\r\n[default]\r\nendpoint = ovh-eu\r\n\r\n"
                                  "; theirs\n[ https://h:1/1.0 ]\nApplication_Key: a=b:c\nempty =\n"
                                  "[default]\nother=1",
                                  "ovh.conf");
  REQUIRE(got.has_value());
  REQUIRE(got->sections.size() == 2);
  CHECK(got->sections.at("default").at("endpoint").reveal() == "ovh-eu");
  CHECK(got->sections.at("default").at("other").reveal() == "1");
  CHECK(got->sections.at("https://h:1/1.0").at("application_key").reveal() == "a=b:c");
  CHECK(got->sections.at("https://h:1/1.0").at("empty").empty());
}

TEST_CASE("a mistake in an INI file is located, and no value is quoted") {
  struct row {
    std::string text, said;
  };
  const row rows[] = {
      {"[ovh-eu\n", "ovh.conf:1: expected '[section]'"},
      {"\n[]\n", "ovh.conf:2: expected '[section]'"},
      {"[a]\nSeCrEt\n", "ovh.conf:2: expected 'key = value' or '[section]'"},
      {"[a]\n= SeCrEt\n", "ovh.conf:2: expected 'key = value' or '[section]'"},
      {"# first\nconsumer_key=SeCrEt\n", "ovh.conf:2: a key appears before the first '[section]'"},
      {"[a]\nconsumer_key=1\n\nconsumer_key=SeCrEt\n", "ovh.conf:4: 'consumer_key' appears twice"},
      {"[a]\nSeCrEt0=\nSeCrEt0=\n", "ovh.conf:3: a key appears twice"},
  };
  for (const row& r : rows) {
    CAPTURE(r.text);
    const auto got = ovh::parse_ini(r.text, "ovh.conf");
    REQUIRE_FALSE(got.has_value());
    CHECK(words(got.error()) == r.said);
    CHECK(words(got.error()).find("SeCrEt") == std::string::npos);
  }
}

TEST_CASE("each kind of credentials is found in the section of its endpoint") {
  place p;
  const auto file = p.file(
      "ovh.conf", std::string(keys) + "[https://localhost:1/1.0]\nclient_id=ID\nclient_secret=CS\n"
                                      "[ovh-ca]\naccess_token=T\n");
  CHECK(p.find("ovh-eu", file) == "application AK AS CK");
  CHECK(p.find("https://localhost:1/1.0", file) == "oauth2 ID CS");
  CHECK(p.find("ovh-ca", file) == "token T");
}

TEST_CASE("of the shared files the first named wins key by key, and variables win over all") {
  place p;
  p.file("here.conf", "[ovh-eu]\nconsumer_key=here\n");
  p.file("home.conf", "[ovh-eu]\nconsumer_key=home\napplication_secret=home\n");
  p.file("etc.conf",
         "[default]\nendpoint=ovh-eu\n[ovh-eu]\napplication_key=etc\napplication_secret=etc\n");
  CHECK(p.find("ovh-eu") == "application etc home here");
  CHECK(p.find("") == "application etc home here");
  p.variables = {{"OVH_CONSUMER_KEY", "variable"}, {"OVH_APPLICATION_KEY", ""}};
  CHECK(p.find("ovh-eu") == "application etc home variable");
}

TEST_CASE("a named file, or systemd's copy, is the only one read") {
  place p;
  const auto named = p.file("ovh.conf", keys);
  p.file("here.conf", "[ovh-eu]\naccess_token=shared\n");
  p.variables = {{"OVH_ACCESS_TOKEN", "variable"}};
  CHECK(p.find("ovh-eu", named) == "application AK AS CK");
  p.file("systemd/ovh.conf", keys, 0644); // whose mode is systemd's own affair
  p.variables["CREDENTIALS_DIRECTORY"] = (p / "systemd").string();
  CHECK(p.find("ovh-eu") == "application AK AS CK");
  const auto second = p.file("systemd/second.conf", "[ovh-eu]\naccess_token=second\n", 0440);
  CHECK(p.find("ovh-eu", second) == "token second");
  p.variables["CREDENTIALS_DIRECTORY"] = p.path().string() + "/nowhere";
  CHECK(p.find("ovh-eu", second) == "systemd/second.conf: is accessible to other users (mode "
                                    "0440); chmod 600 systemd/second.conf");
  CHECK(p.find("ovh-eu") == "token variable");
}

TEST_CASE("what systemd handed over as ovh.conf is /etc/ovh.conf's, and no other's of that name") {
  place p;
  std::filesystem::create_directory(p / "systemd");
  p.variables["CREDENTIALS_DIRECTORY"] = (p / "systemd").string();
  p.file("systemd/ovh.conf", "[ovh-eu]\naccess_token=handed-over\n", 0440);
  const auto another = p.file("ovh.conf", "[ovh-eu]\naccess_token=its-own\n");
  CHECK(p.find("ovh-eu", another) == "token its-own");
  CHECK(p.find("ovh-eu", "/etc/ovh.conf") == "token handed-over");
}

TEST_CASE("what systemd handed over under the name of the file wins over the file itself") {
  place p;
  const auto original = p.file("etc/second.conf", "[ovh-eu]\naccess_token=original\n");
  p.file("systemd/ovh.conf", keys);
  p.variables["CREDENTIALS_DIRECTORY"] = (p / "systemd").string();
  CHECK(p.find("ovh-eu", original) == "token original"); // nothing of that name there
  p.file("systemd/second.conf", "[ovh-eu]\naccess_token=handed-over\n", 0440);
  CHECK(p.find("ovh-eu", original) == "token handed-over");
  fs::remove_all(original.parent_path()); // the service need not be able to see it
  CHECK(p.find("ovh-eu", original) == "token handed-over");
  p.file("systemd/second.conf", "", 0440);
  CHECK(p.find("ovh-eu", original).starts_with("systemd/second.conf: no credentials for [ovh-eu]"));
}

TEST_CASE("outside the service the file itself is read") {
  place p;
  const auto original = p.file("etc/second.conf", "[ovh-eu]\naccess_token=original\n");
  CHECK(p.find("ovh-eu", original) == "token original");
  p.variables["CREDENTIALS_DIRECTORY"] = (p / "stopped").string();
  CHECK(p.find("ovh-eu", original) == "token original");
}

TEST_CASE("credentials that cannot be used are refused in words that hold no value") {
  struct row {
    std::string text;
    std::map<std::string, std::string> variables;
    std::string said;
  };
  const std::string nothing_there =
      "here.conf, home.conf, etc.conf and OVH_* variables: no credentials for [ovh-eu]; run "
      "'ovh-licensed login', or add client_id and client_secret of an OAuth2 service account, or "
      "an access_token";
  const std::string where = "here.conf, home.conf, etc.conf and OVH_* variables: ";
  const row rows[] = {
      {"[ovh-ca]\naccess_token=SeCrEt\n", {}, nothing_there},
      {"[ovh-eu]\nconsumer_key=SeCrEt\n",
       {},
       where + "[ovh-eu] has consumer_key but not application_key and application_secret; run "
               "'ovh-licensed login' to get what is missing"},
      {"[ovh-eu]\nclient_id=SeCrEt\n", {}, where + "[ovh-eu] has client_id but not client_secret"},
      {keys,
       {{"OVH_CLIENT_ID", "SeCrEt"}},
       where + "[ovh-eu] has several kinds of credentials: application_key and client_id; keep "
               "exactly one kind"},
      {std::string(keys) + "client_secret=SeCrEt\naccess_token=SeCrEt\n",
       {},
       where + "[ovh-eu] has several kinds of credentials: application_key, client_secret and "
               "access_token; keep exactly one kind"},
      {"[ovh-eu]\naccess_token=Se CrEt\n",
       {},
       where + "access_token of [ovh-eu] contains an invalid character"},
      {"[ovh-eu]\n",
       {{"OVH_ACCESS_TOKEN", "a\r\nX-Evil: SeCrEt"}},
       where + "access_token of [ovh-eu] contains an invalid character"},
  };
  for (const row& r : rows) {
    place p;
    p.file("here.conf", r.text);
    p.variables = r.variables;
    CHECK(p.find("ovh-eu") == r.said);
  }
  CHECK(place().find("") == where + "[default] names no endpoint");
}

TEST_CASE("a file that others may use is refused with its mode and what to do") {
  for (const unsigned mode : {0640U, 0604U, 0620U, 0666U}) {
    place p;
    const auto file = p.file("ovh.conf", keys, mode);
    const auto said = fmt::format(
        "ovh.conf: is accessible to other users (mode {:04o}); chmod 600 ovh.conf", mode);
    CHECK(p.find("ovh-eu", file) == said);
    p.file("home.conf", keys, mode);
    CHECK(p.find("ovh-eu").substr(0, 47) == "home.conf: is accessible to other users (mode 0");
  }
}

TEST_CASE("a file that cannot be read says why") {
  place p;
  CHECK(p.find("ovh-eu", p / "none.conf") ==
        "none.conf: cannot be read: No such file or directory");
  CHECK(p.find("ovh-eu", p.path()).find("is not a regular file") != std::string::npos);
  CHECK(p.find("ovh-eu", p.file("bad.conf", "[ovh-eu]\nSeCrEt\n")) ==
        "bad.conf:2: expected 'key = value' or '[section]'");
}
