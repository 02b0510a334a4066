// login, as a person or a script runs it.
#include "logging_in.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>

using namespace ovhl::test;
namespace fs = std::filesystem;
namespace sim = ovhl::sim;

namespace {

unsigned mode(const fs::path& file) {
  struct stat facts{};
  REQUIRE(::stat(file.c_str(), &facts) == 0);
  return facts.st_mode & 07777U;
}

// login in a shell, which then says how it ended, and how the terminal is.
process& at_hidden_question(stage& s, const std::string& first) {
  s.write("ovh.conf", "", 0600);
  launch how = at_terminal(s.command({}));
  how.arguments = {"-c", fmt::format("{}; {} -c config.yaml login; echo ended with $?; stty -a",
                                     first, how.program.string())};
  how.program = "/bin/sh";
  process& shell = s.start(how);
  shell.wait_until("a question", [&] { return contains(shell.out(), "Application key: "); });
  shell.type("a\n");
  shell.wait_until("another", [&] { return contains(shell.out(), "(not shown): "); });
  return shell;
}

} // namespace

TEST_CASE("login asks for what the policy needs, keeps what a person confirmed, and it is good") {
  stage s;
  s.write("ovh.conf", "# ours\n[other]\nx = 1\n\n" + section(s), 0644);
  s.write("policy.yaml", policy_that("enforce"));
  process& login = confirmed(s, s.command({"login"}));
  CHECK(login.wait_for_end().status == 0);
  CHECK(login.err() == "");
  const auto said = lines(login.out());
  REQUIRE(said.size() > 12);
  CHECK(said[0] == fmt::format("account main, {}: a consumer key to read and to correct (the "
                               "policy's mode is enforce)",
                               s.api.endpoint()));
  CHECK(said[1] ==
        "  GET  /auth/currentCredential                            rights and expiry of this key");
  CHECK(said[5] == "  POST /dedicatedCloud/*/datacenter/*/vm/*/removeLicense  to remove a license");
  CHECK(said[8].starts_with("https://localhost:")); // by itself, to be copied
  CHECK(contains(said[8], "/auth/?credentialToken="));
  CHECK(said[11] == "Confirmed. The key does not expire.");
  CHECK(said[12] == fmt::format("Written: ovh.conf, section [{}], mode 0600 (it was 0644: other "
                                "users could read it).",
                                s.api.endpoint()));

  REQUIRE(s.api.issued_consumer_keys().size() == 1);
  CHECK(s.content("ovh.conf") ==
        "# ours\n[other]\nx = 1\n\n" + section(s) +
            fmt::format("consumer_key={}\n", s.api.issued_consumer_keys().front()));
  CHECK(mode(s.path("ovh.conf")) == 0600);
  const outcome checked = s.run({"check", "--online"});
  CHECK(checked.status == 0);
  CHECK_FALSE(contains(checked.out, "WRONG"));
}

TEST_CASE("login at a terminal asks for key and secret, and does not show the secret") {
  stage s;
  fs::create_directory(s.path("etc"));
  launch how = at_terminal(s.command({"login", "--read-only", "--file", "etc/ovh.conf"}), 60);
  process& login = s.start(how);
  login.wait_until("the first question", [&] { return contains(login.out(), "key: "); });
  CHECK(contains(login.out(), "/createApp/"));
  login.type(s.api.accepted().application_key + "\n");
  login.wait_until("the second", [&] { return contains(login.out(), "(not shown): "); });
  login.type(s.api.accepted().application_secret + "\n");
  wait_for_link(login);
  login.wait_until("progress",
                   [&] { return contains(login.out(), "waiting for the confirmation, 14 min"); });
  set_key(s, R"({"status": "validated", "expiration": "2099-01-31T10:00:00Z"})");
  CHECK(login.wait_for_end().status == 0);
  CHECK(contains(login.out(), "Confirmed. The key expires at 2099-01-31T10:00:00Z (in "));
  CHECK(contains(login.out(), "note: the account's credentials_file is ovh.conf, not this"));
  CHECK(mode(s.path("etc/ovh.conf")) == 0600);
  CHECK(s.content("etc/ovh.conf")
            .ends_with(fmt::format("{}consumer_key={}\n", section(s),
                                   s.api.issued_consumer_keys().front())));
}

TEST_CASE("Ctrl-C at a question leaves the terminal as it was") {
  stage s;
  process& shell = at_hidden_question(s, "trap : INT");
  shell.type("half a secr\x03");
  CHECK(shell.wait_for_end().status == 0);
  CHECK(contains(shell.out(), "login: stopped; nothing was written"));
  CHECK(contains(shell.out(), "ended with 1"));
  CHECK(contains(shell.out(), " echo "));
  CHECK_FALSE(contains(shell.out(), "half"));
  CHECK(s.api.requests().empty());
}

TEST_CASE("Ctrl-Z does not stop it while a secret is typed, which a shell would then show") {
  stage s;
  process& shell = at_hidden_question(s, "set -m");
  shell.type("half a secr\x1a");
  shell.type("the rest\n");
  CHECK(shell.wait_for_end().status == 0);
  CHECK(contains(shell.out(), "application's key and secret are letters"));
  CHECK(contains(shell.out(), "ended with 1"));
  CHECK(contains(shell.out(), "susp = ^Z"));
  CHECK_FALSE(contains(shell.out(), "half"));
  CHECK_FALSE(contains(shell.out(), "the rest"));
}

TEST_CASE("who is waited for can be given up at once, and nothing is written") {
  for (const int number : {SIGINT, SIGTERM}) {
    CAPTURE(number);
    stage s;
    s.write("ovh.conf", section(s), 0600);
    process& login = s.start(s.command({"login"}));
    wait_for_link(login);
    login.signal(number);
    CHECK(login.wait_for_end(std::chrono::seconds(2)).status == 1);
    CHECK(login.err() == "Stopped. Nothing was written.\n");
    CHECK(s.content("ovh.conf") == section(s));
  }
}

TEST_CASE("without a terminal and an application, login says what to do") {
  stage s;
  s.write("ovh.conf", "", 0600);
  const outcome o = s.run({"login"});
  CHECK(o.status == 1);
  CHECK(contains(o.err, "no application key and secret, and no terminal to ask for them; create an "
                        "application at https://localhost:"));
  CHECK(s.api.requests().empty());
}

TEST_CASE("key and secret may come from variables") {
  stage s;
  fs::remove(s.path("ovh.conf"));
  launch how = s.command({"login"});
  how.environment["OVH_APPLICATION_KEY"] = s.api.accepted().application_key;
  how.environment["OVH_APPLICATION_SECRET"] = s.api.accepted().application_secret;
  CHECK(confirmed(s, how).wait_for_end().status == 0);
  CHECK(s.run({"check", "--online"}).status == 0);
}

TEST_CASE("a wrong application is found out before anybody is sent to a link") {
  stage s;
  launch how = s.command({"login"});
  const auto with = [&](const std::string& key, const std::string& hidden) {
    s.write("ovh.conf",
            fmt::format("[{}]\napplication_key={}\napplication_secret={}\n", s.api.endpoint(), key,
                        hidden),
            0600);
    return s.run_as(how);
  };
  outcome o = with("unknown", s.api.accepted().application_secret);
  CHECK(o.status == 1);
  CHECK(contains(o.err, "POST /auth/credential: Invalid application key"));
  CHECK(contains(o.err, "key and secret came from ovh.conf"));
  CHECK_FALSE(contains(o.out, "credentialToken"));
  o = with(s.api.accepted().application_key, "AWrongSecretThatIsStillSecret01");
  CHECK(o.status == 1);
  CHECK(contains(o.err, "Invalid signature"));
  CHECK_FALSE(contains(o.out, "credentialToken"));
  CHECK_FALSE(contains(o.out + o.err, "StillSecret"));
}

TEST_CASE("a key that is refused, or cannot be asked for, changes nothing") {
  stage s;
  s.write("ovh.conf", section(s), 0600);
  sim::fault refused;
  refused.path = "/auth/currentCredential";
  refused.status = 200;
  refused.body = R"({"status":"refused","rules":[],"expiration":null})";
  refused.times = 0;
  s.api.arm(refused);
  outcome o = s.run({"login"});
  CHECK(o.status == 3);
  CHECK(o.err ==
        "ovh-licensed: account main: the consumer key was refused; run login again for a new "
        "link\nNothing was written.\n");
  s.api.stop_listening();
  o = s.run({"login"});
  CHECK(o.status == 3);
  CHECK(contains(o.err, "no connection to localhost"));
  CHECK(s.content("ovh.conf") == section(s));
}

TEST_CASE("a key whose end is past is not kept") {
  stage s;
  s.write("ovh.conf", section(s), 0600);
  sim::fault late; // as if our clock and OVHcloud's differed
  late.path = "/auth/currentCredential";
  late.status = 200;
  late.body = R"({"status":"validated","rules":[],"expiration":"2020-01-01T00:00:00Z"})";
  late.times = 0;
  s.api.arm(late);
  const outcome o = s.run({"login"});
  CHECK(o.status == 3);
  CHECK(o.err ==
        "ovh-licensed: account main: the consumer key expired at 2020-01-01T00:00:00Z; run "
        "login again for a new link\nNothing was written.\n");
  CHECK(s.content("ovh.conf") == section(s));
}

TEST_CASE("what could not be kept is not asked for") {
  stage s;
  fs::remove(s.path("ovh.conf"));
  fs::create_symlink("nowhere/ovh.conf", s.path("ovh.conf"));
  outcome o = s.run({"login"});
  CHECK(o.status == 1);
  CHECK(contains(o.err, "ovh.conf: is a broken symbolic link"));
  o = s.run({"login", "--file", "nowhere/ovh.conf"});
  CHECK(o.status == 1);
  CHECK(contains(o.err, "create the directory 'nowhere'"));
  o = s.run({"login", "--file", ""});
  CHECK(o.status == 1);
  CHECK(contains(o.err, "login: --file names no file; name the file to write"));
  fs::remove(s.path("ovh.conf"));
  s.write("ovh.conf", s.api.conf("oauth2"), 0600);
  o = s.run({"login"});
  CHECK(o.status == 1);
  CHECK(contains(o.err, "has an OAuth2 service account (client_id, client_secret), and needs no "
                        "consumer key"));
  CHECK(s.api.requests().empty());
}

TEST_CASE("where there are several accounts, login wants to know which") {
  stage s;
  s.write("config.yaml", "policy: policy.yaml\naccounts:\n"
                         "  - {name: main, endpoint: ovh-eu, credentials_file: a.conf}\n"
                         "  - {name: lab, endpoint: ovh-ca, credentials_file: b.conf}\n");
  outcome o = s.run({"login"});
  CHECK(o.status == 1);
  CHECK(o.err == "ovh-licensed: login: the configuration has several accounts; choose one with "
                 "--account: main, lab\n");
  o = s.run({"login", "--account", "lap"});
  CHECK(o.status == 1);
  CHECK(o.err == "ovh-licensed: login: there is no account 'lap'; did you mean 'lab'?; the "
                 "configuration has main, lab\n");
  o = s.run({"login", "--account", "lab"});
  CHECK(contains(o.out, "account lab, ovh-ca: a consumer key to read, and to change nothing"));
  CHECK(contains(o.err, "https://ca.api.ovh.com/createApp/"));
}

TEST_CASE("login writes no key where the ledger, the status or the policy is to be") {
  stage s;
  s.write("ovh.conf", section(s), 0600);
  for (const auto& [file, name] :
       {std::pair{"ledger.db", "'ledger'"},
        std::pair{"ledger.db-journal", "the -journal of 'ledger'"},
        std::pair{"status.json", "'status.file'"}, std::pair{"policy.yaml", "'policy'"}}) {
    CAPTURE(file);
    const outcome o = s.run({"login", "--file", file});
    CHECK(o.status == 1);
    CHECK(o.err == fmt::format("ovh-licensed: {}: {} is the same file, and holds no credentials; "
                               "name another file with --file\n",
                               file, name));
  }
  CHECK_FALSE(fs::exists(s.path("ledger.db")));
  CHECK(s.api.requests().empty());
}
