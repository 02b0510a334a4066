// apply --plan: exactly what was approved, and nothing that is not certain to be.
#include "base/digest.hpp"
#include "base/timestamp.hpp"
#include "ledger/sqlite/store.hpp"
#include "ledger/sqlite/verify.hpp"
#include "stage.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <regex>

using namespace ovhl::test;

namespace {

// A stage with an approved plan of three corrections in plan.json, and the log empty.
struct planned : stage {
  planned() {
    write("policy.yaml", policy_that("enforce"));
    REQUIRE(run({"plan", "--out", "plan.json"}).status == 2);
    api.forget_requests();
  }
  // The plan as it would be had it been made then, sealed as the program seals it.
  std::string made_at(ovhl::instant when) {
    std::string plan = content("plan.json");
    const std::string_view key = "\"made_at\": \"";
    plan.replace(plan.find(key) + key.size(), 20, ovhl::timestamp(when));
    const std::string account = fmt::format("plan of ovh-licensed: 4 main {}", api.endpoint());
    const std::string part = ovhl::hmac_sha256(api.accepted().application_secret, account);
    plan.resize(plan.find("  \"seal\""));
    return plan +
           fmt::format("  \"seal\": \"{}\"\n}}\n", ovhl::hmac_sha256(ovhl::sha256(part), plan));
  }
  outcome apply() { return run({"apply", "--plan", "plan.json", "--yes"}); }
  void is_refused(std::string_view because) {
    const outcome o = apply();
    CHECK(o.status == 1);
    CHECK(o.out == "");
    CHECK(o.err == fmt::format("ovh-licensed: plan.json: {}\n", because));
    CHECK(api.requests().empty());
  }
};

constexpr const char* make_another = "; make a new one with `ovh-licensed plan --out`";
constexpr const char* make_one = "; make one with `ovh-licensed plan --out`";

} // namespace

TEST_CASE("apply --plan makes what was approved, and not what became due since") {
  planned s;
  s.api.control("PATCH", "/control/vms/1", R"({"license": null})");
  const outcome o = s.apply();
  CHECK(o.status == 0);
  CHECK(o.err == "");
  CHECK(contains(o.out, "\n1 to declare, 1 to replace, 1 to remove.\n"));
  CHECK(o.out.ends_with("\n1 declared, 1 replaced, 1 removed.\n"));
  CHECK_FALSE(contains(o.out, "web-1"));
  CHECK(s.posts().size() == 3);
  CHECK(s.license(1) == "null");
  CHECK(s.api.violations() == std::vector<std::string>{});
}

TEST_CASE("plan --out, plan --show and apply --plan print the digest that sha256sum prints") {
  stage s;
  s.write("policy.yaml", policy_that("declare"));
  const outcome made = s.run({"plan", "--out", "plan.json"});
  const std::string digest = ovhl::sha256(s.content("plan.json"));
  CHECK(contains(made.out, "\nplan     plan.json\nSHA-256  " + digest + "\n"));
  const outcome again = s.run({"plan", "--json", "--out", "plan.json"});
  CHECK(contains(again.err, "SHA-256: " + ovhl::sha256(s.content("plan.json"))));
  s.api.forget_requests();
  const outcome shown = s.run({"plan", "--show", "plan.json"});
  CHECK(shown.status == 2);
  CHECK(contains(shown.out, "SHA-256   " + ovhl::sha256(s.content("plan.json")) + "\n"));
  CHECK(contains(shown.out, "\nseal      valid: "));
  CHECK(shown.out.starts_with("Would be made: 1 correction\n"));
  CHECK(contains(shown.out, "\nLeft by mode declare: 2 corrections\n"));
  CHECK(shown.out.ends_with(
      "\n1 to declare, 0 to replace, 0 to remove; 2 more are due and left by mode declare\n"));
  CHECK(s.api.requests().empty());
  const outcome o = s.run({"apply", "--plan", "plan.json", "--yes"});
  CHECK(o.status == 0); // what the mode leaves is no failure
  CHECK(o.out.starts_with("Plan: plan.json\nSHA-256: " + ovhl::sha256(s.content("plan.json")) +
                          "\nThe plan was made "));
  CHECK(o.out.ends_with("\n1 declared, 2 left by mode declare.\n"));
}

TEST_CASE("plan --show says that a plan was applied, when and by whom") {
  planned s;
  CHECK_FALSE(contains(s.run({"plan", "--show", "plan.json"}).out, "\napplied "));
  REQUIRE(s.run({"apply", "--plan", "plan.json", "--yes"}).status == 0);
  const outcome o = s.run({"plan", "--show", "plan.json"});
  CHECK(contains(o.out, "\napplied   at 20"));
  CHECK(contains(o.out, "; it cannot be applied again\n"));
  CHECK_FALSE(contains(o.out, "needs --old"));
}

TEST_CASE("plan --show says where the seal does not fit, or cannot be checked") {
  planned s;
  std::string text = s.content("plan.json");
  text.replace(text.find("web-2"), 5, "web-9");
  s.write("changed.json", text);
  outcome o = s.run({"plan", "--show", "changed.json"});
  CHECK(o.status == 1);
  CHECK(contains(o.out, "web-9"));
  CHECK(contains(o.err, "ovh-licensed: changed.json: the plan was changed after it was made"));
  std::filesystem::remove(s.path("ovh.conf"));
  o = s.run({"plan", "--show", "plan.json"});
  CHECK(o.status == 2);
  CHECK(contains(o.out, "\nseal      not checked: "));
  o = s.run({"plan", "--show", "config.yaml"});
  CHECK(o.status == 1);
  CHECK(contains(o.err, "config.yaml: not an ovh-licensed plan"));
}

TEST_CASE("of a plan a part can be applied, and the rest needs a new plan") {
  planned s;
  outcome o = s.run({"apply", "--plan", "plan.json", "--yes", "--vm", "web-1"});
  CHECK(o.status == 1);
  CHECK(contains(o.err, "--vm: 'web-1' is not in the plan; nothing was changed"));
  o = s.run({"apply", "--plan", "plan.json", "--yes", "--only", "declare,replace"});
  CHECK(o.status == 0);
  CHECK(contains(o.out,
                 "\nLeft out by --vm or --only: 1 correction. A plan can be applied only once: it "
                 "needs a new one.\n"));
  CHECK(o.out.ends_with("\n1 declared, 1 replaced.\n"));
  CHECK(s.posts().size() == 2);
  CHECK(s.apply().status == 1);
  CHECK(s.posts().size() == 2);
}

TEST_CASE("a plan that was shown as JSON is a plan, too") {
  stage s;
  s.write("policy.yaml", policy_that("enforce"));
  s.write("shown.json", "");
  launch how = s.command({"plan", "--format", "json"});
  how.output = s.path("shown.json");
  CHECK(s.run_as(how).status == 2);
  CHECK(s.run({"apply", "--plan", "shown.json", "--yes"}).status == 0);
  CHECK(s.posts().size() == 3);
}

TEST_CASE("on a terminal apply --plan asks, too") {
  planned s;
  process& it = s.start(at_terminal(s.command({"apply", "--plan", "plan.json"})));
  it.wait_until("its question", [&] { return contains(it.out(), "? [y/N] "); });
  it.type("n\n");
  CHECK(it.wait_for_end().status == 2);
  CHECK(s.posts().empty());
}

TEST_CASE("apply --plan drops what does not hold any more, and says why") {
  struct change {
    int vm;
    std::string fields, why;
  };
  for (
      const change& c :
      {change{2, R"({"license": "windows 2022 Standard"})", "no correction is due any more"},
       change{2, R"({"license": "windows 2019 Standard"})",
              "its license was none in the plan and is now windows 2019 Standard"},
       change{4, R"({"license": "windows 2019 Standard"})",
              "its license was windows 2022 Standard in the plan and is now windows 2019 Standard"},
       change{2, R"({"name": "web-9"})", "its name was web-2 in the plan and is now web-9"},
       change{5, R"({"guestOsFamily": "windows2019srvNext_64Guest"})",
              "no correction is due any more"},
       change{
           2,
           R"({"guestOsFamily": "windows2019srv_64Guest", "reportedGuestOsFamily": "windows2019srv_64Guest"})",
           "the license to set was windows 2022 Standard in the plan and is now windows 2019 "
           "Standard"}}) {
    CAPTURE(c.vm);
    CAPTURE(c.fields);
    planned s;
    s.api.control("PATCH", fmt::format("/control/vms/{}", c.vm), c.fields);
    const std::string license = s.license(c.vm);
    const outcome o = s.apply();
    CHECK(o.status == (c.why == "no correction is due any more" ? 0 : 2));
    CHECK(contains(o.out, "; 1 not made for another reason.\n"));
    CHECK_MESSAGE(contains(o.out, fmt::format("  dropped: {}\n", c.why)), o.out);
    CHECK(o.out.ends_with(", 1 dropped.\n"));
    CHECK(s.posts().size() == 2);
    CHECK(s.license(c.vm) == license);
    CHECK(s.api.violations() == std::vector<std::string>{});
  }
}

TEST_CASE("a VM that is gone since the plan was made is dropped") {
  planned s;
  s.api.control("DELETE", "/control/vms/2");
  const outcome o = s.apply();
  CHECK(o.status == 0);
  CHECK(contains(o.out, "dropped: no correction is due any more"));
  CHECK(s.posts().size() == 2);
}

TEST_CASE("an approved plan is made once, also where people set the VMs back afterwards") {
  planned s;
  CHECK(s.apply().status == 0);
  for (const char* vm : {"/control/vms/2", "/control/vms/4", "/control/vms/5"})
    s.api.control("PATCH", vm, R"({"license": null})");
  s.api.forget_requests();
  for (const char* more : {"--yes", "--old"}) {
    const outcome o = s.run({"apply", "--plan", "plan.json", "--yes", more});
    CHECK(o.status == 1);
    CHECK(o.out == "");
    CHECK_MESSAGE(
        std::regex_match(o.err, std::regex("ovh-licensed: plan\\.json: the plan: it was already "
                                           "applied at [-0-9T:]+Z by \\S+; a plan can be "
                                           "applied only once; make a new one with "
                                           "`ovh-licensed plan --out`\n")),
        o.err);
  }
  CHECK(s.api.requests().empty());
  CHECK(s.run({"plan", "--out", "plan.json"}).status == 2);
  CHECK(s.apply().status == 0); // the new one
}

TEST_CASE("a plan of which nothing was begun may be applied again") {
  planned s;
  process& it = s.start(at_terminal(s.command({"apply", "--plan", "plan.json"})));
  it.wait_until("its question", [&] { return contains(it.out(), "? [y/N] "); });
  it.type("n\n");
  CHECK(it.wait_for_end().status == 2);
  CHECK(s.apply().status == 0);
  CHECK(s.posts().size() == 3);
}

TEST_CASE("a plan that is older than a week needs --old, and says its age before it asks") {
  planned s;
  using namespace std::chrono;
  const auto now = floor<seconds>(system_clock::now());
  s.write("plan.json", s.made_at(now - hours(24 * 8)));
  const outcome o = s.apply();
  CHECK(o.status == 1);
  CHECK(o.out == "");
  CHECK(o.err.starts_with("ovh-licensed: plan.json: the plan: it was made 8 d 0 h ago, at "));
  CHECK(o.err.ends_with("`ovh-licensed plan --out`, or use --old to apply it anyway\n"));
  CHECK(s.api.requests().empty());

  process& it = s.start(at_terminal(s.command({"apply", "--plan", "plan.json", "--old"})));
  it.wait_until("its question", [&] { return contains(it.out(), "? [y/N] "); });
  const std::string shown = it.out();
  REQUIRE(contains(shown, "The plan was made 8 d 0 h ago, at "));
  CHECK(shown.find("The plan was made 8 d 0 h ago, at ") < shown.find("? [y/N] "));
  it.type("y\n");
  CHECK(it.wait_for_end().status == 0);
  CHECK(s.posts().size() == 3);
}

TEST_CASE("a plan from the future is refused") {
  planned s;
  using namespace std::chrono;
  s.write("plan.json", s.made_at(floor<seconds>(system_clock::now()) + hours(1)));
  for (const char* more : {"--yes", "--old"}) {
    const outcome o = s.run({"apply", "--plan", "plan.json", "--yes", more});
    CHECK(o.status == 1);
    CHECK(contains(o.err, " ahead of this machine's clock; correct the clock (timedatectl), or "));
  }
  CHECK(s.api.requests().empty());
}

TEST_CASE("--old without a plan is wrong usage") {
  planned s;
  CHECK(s.run({"apply", "--old", "--yes"}).status == 1);
  CHECK(s.api.requests().empty());
}

TEST_CASE("who asked is who logged in, and a variable is recorded as a claim, in one line") {
  planned s;
  launch how = s.command({"apply", "--plan", "plan.json", "--yes"});
  how.environment["SUDO_USER"] = "alice\nforged";
  CHECK(s.run_as(how).status == 0);
  int intents = 0;
  const auto count_intents = [&](const ovhl::ledger::record& r) {
    if (r.kind != ovhl::ledger::kind::intent) return;
    ++intents;
    CHECK(contains(r.body, R"("claimed": "alice\\x0aforged", "plan": ")"));
    CHECK_FALSE(contains(r.body, R"("user": "alice)"));
  };
  CHECK(ovhl::ledger::read(s.path("ledger.db"), count_intents).has_value());
  CHECK(intents == 3);
  const outcome o = s.apply();
  CHECK(contains(o.err, " (SUDO_USER says 'alice\\x0aforged'); a plan can be applied only once"));
  CHECK(count(o.err, "\n") == 1);
}

TEST_CASE("a plan in which any byte was changed is refused") {
  planned s;
  const std::string plan = s.content("plan.json");
  const std::size_t last = plan.size() - 1; // the end of the last line counts as well
  for (std::size_t at = 0; at < plan.size();
       at = at == last ? plan.size() : std::min(at + 97, last)) {
    CAPTURE(at);
    std::string changed = plan;
    changed[at] = changed[at] == '1' ? '2' : '1';
    s.write("plan.json", changed);
    const outcome o = s.apply();
    CHECK(o.status == 1);
    CHECK(o.out == "");
    CHECK(o.err.starts_with("ovh-licensed: plan.json: "));
  }
  CHECK(s.api.requests().empty());
}

TEST_CASE("a plan in which a license was replaced by another is refused as changed") {
  planned s;
  std::string plan = s.content("plan.json");
  const std::string_view was = "\"after\": \"windows 2022 Standard\"";
  REQUIRE(contains(plan, was));
  plan.replace(plan.find(was), was.size(), "\"after\": \"windows 2019 Standard\"");
  s.write("plan.json", plan);
  const outcome o = s.apply();
  CHECK(o.status == 1);
  CHECK(contains(o.err, "changed"));
  CHECK(s.api.requests().empty());
}

TEST_CASE("a plan that was cut, or has something behind it, is refused") {
  planned s;
  const std::string plan = s.content("plan.json");
  for (const std::string& other : {plan.substr(0, plan.size() / 2), plan + "\n", plan + plan,
                                   plan.substr(0, plan.find("\n  \"seal\"")) + "\n}\n"}) {
    CAPTURE(other.size());
    s.write("plan.json", other);
    CHECK(s.apply().status == 1);
  }
  CHECK(s.api.requests().empty());
}

TEST_CASE("a plan for another policy is refused") {
  planned s;
  s.write("policy.yaml", policy_that("enforce") + "# for the better\n");
  s.is_refused(std::string("the plan: the policy policy.yaml has changed since it was made") +
               make_another);
}

TEST_CASE("a plan for an account that is not configured is refused") {
  planned s;
  std::string config = s.content("config.yaml");
  config.replace(config.find("name: main"), 10, "name: prod");
  s.write("config.yaml", config);
  s.is_refused(std::string("the plan: it was made for account main, which is not configured") +
               make_another);
}

TEST_CASE("a plan for another endpoint is refused") {
  planned s;
  const std::string was = s.api.endpoint();
  const std::string other = fmt::format("https://127.0.0.1:{}/1.0", s.api.port());
  std::string conf = s.content("ovh.conf");
  for (auto at = conf.find(was); at != std::string::npos; at = conf.find(was))
    conf.replace(at, was.size(), other);
  s.write("ovh.conf", conf, 0600);
  configuration c;
  c.endpoint = other;
  s.configure(c);
  s.is_refused(fmt::format("the plan: account main used {} when it was made and now uses {}{}", was,
                           other, make_another));
}

TEST_CASE("a plan that was made with other credentials is refused, one with a new key is not") {
  planned s;
  std::string conf = s.content("ovh.conf");
  const std::string& key = s.api.accepted().consumer_key;
  conf.replace(conf.find(key), key.size(), "ARenewedConsumerKeyThatIsUnknown");
  s.write("ovh.conf", conf, 0600);
  outcome o = s.apply();
  CHECK(o.status == 4); // it got as far as to be refused by the API
  CHECK(count(o.out, "held by incomplete_list: its datacenter could not be read\n") == 3);
  CHECK(s.posts().empty());
  s.api.forget_requests();

  s.write("ovh.conf", s.api.conf("token"), 0600);
  o = s.apply();
  CHECK(o.status == 1);
  CHECK(contains(o.err, "ovh-licensed: plan.json: "));
  CHECK(contains(o.err, "other credentials"));
  CHECK(s.api.requests().empty());
}

TEST_CASE("a plan that is none is refused, whatever it is instead") {
  planned s;
  std::filesystem::remove(s.path("plan.json"));
  s.is_refused(std::string("cannot be read: No such file or directory") + make_one);
  std::filesystem::create_directory(s.path("plan.json"));
  s.is_refused(std::string("cannot be read: Is a directory") + make_one);
  std::filesystem::remove(s.path("plan.json"));
  for (const char* text : {"", "nonsense", "[]", "{}", "null", "\x1b[31m", "{\"schema\": 2}"}) {
    CAPTURE(text);
    s.write("plan.json", text);
    const outcome o = s.apply();
    CHECK(o.status == 1);
    CHECK(o.out == "");
    CHECK(o.err.starts_with("ovh-licensed: plan.json: "));
    CHECK_FALSE(contains(o.err, "\x1b"));
  }
  CHECK(s.api.requests().empty());
}

TEST_CASE("a plan that is too large, or has no end, is refused and does not fill the memory") {
  planned s;
  std::filesystem::remove(s.path("plan.json"));
  std::filesystem::create_symlink("/dev/zero", s.path("plan.json"));
  s.is_refused(std::string("not a regular file") + make_one);
  std::filesystem::remove(s.path("plan.json"));
  s.write("plan.json", "{");
  std::filesystem::resize_file(s.path("plan.json"), (std::uintmax_t(128) << 20U) + 1);
  s.is_refused(std::string("not an ovh-licensed plan: it is larger than 128 MiB") + make_one);
}

TEST_CASE("a pipe is no plan, and nobody waits for it") {
  planned s;
  std::filesystem::remove(s.path("plan.json"));
  REQUIRE(::mkfifo(s.path("plan.json").c_str(), 0600) == 0);
  s.is_refused(std::string("not a regular file") + make_one);
  const outcome o = s.run({"plan", "--show", "plan.json"});
  CHECK(o.status == 1);
  CHECK(o.err == fmt::format("ovh-licensed: plan.json: not a regular file{}\n", make_one));
}
