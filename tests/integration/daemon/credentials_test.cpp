// Where credentials come from, of which kinds they are, and whom they are shown to.
#include "stage.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

using namespace ovhl::test;
namespace sim = ovhl::sim;

namespace {

void use_oauth2(const stage& s) {
  s.write("ovh.conf", s.api.conf("oauth2"), 0600);
  configuration c;
  c.account =
      fmt::format("credentials_file: ovh.conf, oauth2_token_url: \"{}\"", s.api.token_url());
  s.configure(c);
}

} // namespace

TEST_CASE("check refuses credentials that others can read, online or not") {
  stage s;
  ::chmod(s.path("ovh.conf").c_str(), 0640);
  for (const outcome& o : {s.run({"check"}), s.run({"check", "--online"})}) {
    CHECK(o.status == 1);
    CHECK(o.err == "ovh-licensed: account main: ovh.conf: is accessible to other users (mode "
                   "0640); chmod 600 ovh.conf\n");
  }
  CHECK(s.api.requests().empty());
}

TEST_CASE("OAuth2 credentials are tried, and an action that IAM denies is named") {
  stage s;
  use_oauth2(s);
  CHECK(s.run({"check", "--online"}).status == 0);
  CHECK(s.api.issued_tokens().size() == 1); // which is not to be found in what was said
  s.api.control("PATCH", "/control/iam",
                R"({"denied": ["pccVMware:apiovh:datacenter/vmLicensed/get"]})");
  const outcome o = s.run({"check", "--online"});
  CHECK(o.status == 1);
  CHECK(contains(o.out,
                 "  WRONG   account main: GET /dedicatedCloud/pcc-1/datacenter/12/vmLicensed: "));
  CHECK(contains(o.out, "allow the IAM action pccVMware:apiovh:datacenter/vmLicensed/get on it"));
}

TEST_CASE("check --online names every action that IAM denies, not the first alone") {
  const std::string actions[] = {"get", "serviceInfos/get", "datacenter/vm/get",
                                 "datacenter/vmLicensed/get", "task/get"};
  const auto advice = [](const std::string& action) {
    return fmt::format("allow the IAM action pccVMware:apiovh:{} on it", action);
  };
  stage s;
  use_oauth2(s);
  configuration c;
  c.account = fmt::format("services: [pcc-1], credentials_file: ovh.conf, oauth2_token_url: \"{}\"",
                          s.api.token_url());
  s.configure(c);
  s.write("policy.yaml", policy_that("enforce"));
  std::string all;
  for (const std::string& action : actions) {
    CAPTURE(action);
    all += fmt::format("{}\"pccVMware:apiovh:{}\"", all.empty() ? "" : ", ", action);
    s.api.control("PATCH", "/control/iam",
                  fmt::format(R"({{"denied": ["pccVMware:apiovh:{}"]}})", action));
    const outcome o = s.run({"check", "--online"});
    CHECK(o.status == 1);
    CHECK(count(o.out, "WRONG") == 1);
    CHECK(contains(o.out, advice(action)));
  }
  s.api.control("PATCH", "/control/iam", fmt::format(R"({{"denied": [{}]}})", all));
  const outcome o = s.run({"check", "--online"});
  CHECK(o.status == 1);
  CHECK(count(o.out, "WRONG") == 5);
  for (const std::string& action : actions)
    CHECK(contains(o.out, advice(action)));
}

TEST_CASE("a wrong OAuth2 client is found") {
  stage s;
  use_oauth2(s);
  std::string conf = s.api.conf("oauth2");
  const std::string& secret = s.api.accepted().client_secret;
  conf.replace(conf.find(secret), secret.size(), "AWrongSecretThatIsStillSecret01");
  s.write("ovh.conf", conf, 0600);
  const outcome o = s.run({"check", "--online"});
  CHECK(o.status == 1);
  CHECK(contains(o.out, "check client_id and client_secret"));
  CHECK_FALSE(contains(o.out + o.err, "StillSecret"));
}

// ---- where credentials come from ----

TEST_CASE("all three kinds of credentials see the fleet") {
  for (const char* kind : {"application", "oauth2", "token"}) {
    CAPTURE(std::string(kind));
    stage s;
    use_oauth2(s);
    s.write("ovh.conf", s.api.conf(kind), 0600);
    CHECK(s.run({"plan"}).status == 2);
    CHECK(s.requests("/vmLicensed") == 2);
  }
}

TEST_CASE("credentials come from systemd's directory, from the usual file, or from variables") {
  stage s;
  configuration c;
  c.account = "services: [pcc-1]"; // and no file
  s.configure(c);
  CHECK(s.run({"plan"}).status == (::geteuid() == 0 ? 1 : 2)); // ./ovh.conf is not for root
  std::filesystem::rename(s.path("ovh.conf"), s.path(".ovh.conf"));
  launch how = s.command({"plan"});
  how.environment["HOME"] = s.path("").string();
  CHECK(s.run_as(how).status == 2);

  std::filesystem::create_directory(s.path("credentials"));
  std::filesystem::rename(s.path(".ovh.conf"), s.path("credentials") / "ovh.conf");
  CHECK(s.run({"plan"}).status == 1);

  how = s.command({"plan"});
  how.environment["CREDENTIALS_DIRECTORY"] = s.path("credentials").string();
  CHECK(s.run_as(how).status == 2);

  how = s.command({"plan"});
  const sim::accepted_credentials& keys = s.api.accepted();
  how.environment["OVH_APPLICATION_KEY"] = keys.application_key;
  how.environment["OVH_APPLICATION_SECRET"] = keys.application_secret;
  how.environment["OVH_CONSUMER_KEY"] = keys.consumer_key;
  CHECK(s.run_as(how).status == 2);
}

TEST_CASE("a server whose certificate is not trusted is not told anything") {
  stage s;
  std::string config = s.content("config.yaml");
  const std::string trusted = fmt::format(", ca_file: {}", s.api.ca_file().string());
  config.replace(config.find(trusted), trusted.size(), "");
  const std::string long_time = "timeout: 30s";
  config.replace(config.find(long_time), long_time.size(), "timeout: 1s");
  s.write("config.yaml", config);
  const outcome o = s.run({"plan"});
  CHECK(o.status == 3);
  CHECK(contains(o.out + o.err, "certificate"));
  CHECK(s.api.requests().empty());
}

TEST_CASE("check looks at owner and mode of the file that would be used, which nobody named") {
  stage s;
  configuration c;
  c.account = "services: [pcc-1]"; // and no file
  s.configure(c);
  std::filesystem::rename(s.path("ovh.conf"), s.path(".ovh.conf"));
  launch how = s.command({"check"});
  how.environment["HOME"] = s.path("").string();
  CHECK(s.run_as(how).status == 0);
  const std::string file = s.path(".ovh.conf").string();
  ::chmod(file.c_str(), 0644);
  outcome o = s.run_as(how);
  CHECK(o.status == 1);
  CHECK(o.out == "");
  CHECK(o.err ==
        fmt::format("ovh-licensed: {0}: is accessible to other users (mode 0644); chmod 600 {0}\n",
                    file));
  ::chmod(file.c_str(), 0600);
  if (::geteuid() != 0) {
    std::filesystem::remove(file); // its secrets are not to be found anywhere else
    return;
  }
  REQUIRE(::chown(file.c_str(), 65534, 65534) == 0);
  o = s.run_as(how);
  CHECK(o.status == 1);
  CHECK(contains(
      o.err, ": belongs to 'nobody'; it must belong to root or to the user who runs the command"));
  how = s.command({"plan"});
  how.environment["HOME"] = s.path("").string();
  o = s.run_as(how);
  CHECK(o.status == 1);
  CHECK(contains(
      o.err, ": belongs to 'nobody'; it must belong to root or to the user who runs the command"));
  CHECK(s.api.requests().empty());
  std::filesystem::remove(file); // its secrets are not to be found anywhere else
}

TEST_CASE("check sees the mode of the file itself where the service has a copy of it") {
  stage s;
  std::filesystem::create_directory(s.path("credentials"));
  std::filesystem::copy_file(s.path("ovh.conf"), s.path("credentials") / "second.conf");
  std::filesystem::rename(s.path("ovh.conf"), s.path("second.conf"));
  configuration c;
  c.account = "credentials_file: second.conf";
  s.configure(c);
  ::chmod(s.path("second.conf").c_str(), 0644);
  launch how = s.command({"check"});
  how.environment["CREDENTIALS_DIRECTORY"] = s.path("credentials").string();
  const outcome o = s.run_as(how);
  CHECK(o.status == 1);
  CHECK(contains(o.err, "second.conf: is accessible to other users (mode 0644)"));
  std::filesystem::remove(s.path("second.conf"));
  std::filesystem::remove(s.path("credentials") / "second.conf");
}
