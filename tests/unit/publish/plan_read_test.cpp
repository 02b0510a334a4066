#include "plan_fleet.hpp"
#include "publish/plan.hpp"
#include "publish/plan_file.hpp"
#include "publish/plan_text.hpp"
#include "samples.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <string_view>

namespace publish = ovhl::publish;
namespace test = ovhl::publish::test;

namespace {

std::string written() { return publish::plan_json(test::plan(), test::seal_key); }

std::string problem(std::string_view json) {
  const auto plan = publish::read_plan(json);
  return plan.has_error() ? ovhl::words(plan.error()) : std::string("(none)");
}

bool seal_fits(std::string_view json, std::string_view key = test::seal_key) {
  return publish::check_seal(json, key).has_value();
}

// The plan with one piece of its text changed: the first after `after`.
std::string changed(std::string_view from, std::string_view to, std::string_view after = "") {
  std::string json = written();
  const auto at = json.find(from, json.find(after));
  REQUIRE_MESSAGE(at != std::string::npos, from);
  return json.replace(at, from.size(), to);
}

std::string no_plan(const std::string& why) {
  return "not an ovh-licensed plan: " + why + "; make one with `ovh-licensed plan --out`";
}

} // namespace

TEST_CASE("a plan that was written is read back, as far as applying it needs") {
  const publish::plan_document wrote = test::plan();
  const auto plan = publish::read_plan(written());
  REQUIRE_MESSAGE(plan.has_value(), problem(written()));
  CHECK(plan->made_at == wrote.made_at);
  CHECK(plan->policy_sha256 == wrote.policy.sha256);
  CHECK(plan->accounts == wrote.accounts);
  CHECK(plan->corrections == wrote.corrections);
}

TEST_CASE("a plan file shows what the plan showed") {
  for (const auto& wrote : {test::plan(), test::nothing_due(), test::fleet_plan(1000)}) {
    const auto plan = publish::read_whole_plan(publish::plan_json(wrote, test::seal_key));
    REQUIRE(plan.has_value());
    const auto shown = [](const publish::plan_document& p) {
      return publish::plan_text(p, {true, false, 80});
    };
    if (wrote.errors.empty()) CHECK(shown(*plan) == shown(wrote));
    CHECK(plan->corrections == wrote.corrections);
    CHECK(plan->verdicts == wrote.verdicts);
    CHECK(plan->policy.mode == wrote.policy.mode);
    CHECK(plan->errors.size() == wrote.errors.size());
  }
}

TEST_CASE("in a plan of a version that did not say so, the mode says what is allowed") {
  std::string old = written();
  for (const char* said : {"\"allowed\": true, ", "\"allowed\": false, "})
    if (const auto at = old.find(said); at != std::string::npos)
      old.erase(at, std::string_view(said).size());
  REQUIRE(old.find("allowed") == std::string::npos);
  const auto plan = publish::read_plan(old);
  REQUIRE_MESSAGE(plan.has_value(), problem(old));
  CHECK(plan->corrections[0].allowed);       // declare, and it adds
  CHECK_FALSE(plan->corrections[1].allowed); // report
  std::string reported = old;                // its state was that of all
  const std::string_view due = "\"state\": \"due\"";
  reported.replace(reported.find(due), due.size(), "\"state\": \"reported\"");
  CHECK(publish::read_plan(reported)->corrections[0].state == publish::due_state::due);
  const auto of_mode = [&](const char* mode) {
    std::string other = old;
    const std::string_view was = "\"mode\": \"report\", \"state\"";
    other.replace(other.find(was), was.size(), fmt::format("\"mode\": \"{}\", \"state\"", mode));
    return publish::read_plan(other)->corrections[1].allowed;
  };
  CHECK_FALSE(of_mode("declare")); // it removes
  CHECK(of_mode("enforce"));
}

TEST_CASE("a plan in which nothing is due is read back, too") {
  const auto plan = publish::read_plan(publish::plan_json(test::nothing_due(), test::seal_key));
  REQUIRE(plan.has_value());
  CHECK(plan->corrections.empty());
}

TEST_CASE("keys that are not known are ignored") {
  CHECK(problem(changed("\"schema\": 1", "\"schema\": 1, \"new\": {\"a\": null}")) == "(none)");
  CHECK(problem(changed("\"vm_id\": 1074", "\"vm_id\": 1074, \"mood\": [1]")) == "(none)");
}

TEST_CASE("what is not a plan is refused with the JSON path of the first mistake") {
  const std::string number = " is out of range";
  CHECK(problem("") == no_plan("it is not JSON: incomplete JSON"));
  CHECK(problem("[]") == no_plan("it is not an object"));
  CHECK(problem("{}") == no_plan("schema is missing"));
  CHECK(problem(changed("\"schema\": 1", "\"schema\": \"1\"")) ==
        no_plan("schema is not a number"));
  CHECK(problem(changed("2026-11-20T21:53:02Z", "today")) ==
        no_plan("made_at 'today' is not a time"));
  CHECK(problem(changed("abc123", "")) == no_plan("policy.sha256 is empty"));
  CHECK(problem(changed("\"accounts\"", "\"people\"")) == no_plan("accounts is missing"));
  CHECK(problem(changed("\"name\": \"lab\"", "\"name\": \"\"")) ==
        no_plan("accounts[1].name is empty"));
  CHECK(problem(changed("\"corrections\": [", "\"corrections\": [1,")) ==
        no_plan("corrections[0] is not an object"));
  CHECK(problem(changed("\"vm_id\": 1074, ", "")) == no_plan("corrections[0].vm_id is missing"));
  CHECK(problem(changed("\"vm_id\": 21,", "\"vm_id\": 2.5,")) ==
        no_plan("corrections[1].vm_id" + number));
  CHECK(problem(changed("\"verdict\": \"missing\"", "\"verdict\": \"exempt\"")) ==
        no_plan("corrections[0].verdict 'exempt' is not known"));
  CHECK(problem(changed("\"action\": \"setLicense\"", "\"action\": null")) ==
        no_plan("corrections[0].action is not a string"));
  CHECK(problem(changed("family_check\": true", "family_check\": 1")) ==
        no_plan("corrections[0].bypass_guest_os_family_check is neither true nor false"));
  CHECK(problem(changed("\"mode\": \"declare\"", "\"mode\": \"guess\"", "\"corrections\"")) ==
        no_plan("corrections[0].mode 'guess' is not known"));
}

TEST_CASE("a license that the policy admits can be in a plan") {
  const auto plan =
      changed("\"after\": \"windows 2019 Standard\"", "\"after\": \"windows 2028 Web\"");
  CHECK_FALSE(publish::read_plan(plan).has_value());
  CHECK(publish::read_plan(plan, {"windows 2028 Web"}).has_value());
}

TEST_CASE("a correction that could not be asked of the API is refused") {
  const std::string after = "\"after\": \"windows 2019 Standard\"";
  CHECK(problem(changed(after, "\"after\": null")) ==
        no_plan("corrections[0].after is null, so there is nothing to declare"));
  CHECK(problem(changed(after, "\"after\": \"windows 3.11\"")) ==
        no_plan("corrections[0].after 'windows 3.11' is not a license that can be declared"));
  CHECK(problem(changed("\"before\": \"windows 2019 Standard\"", "\"before\": null")) ==
        no_plan("corrections[1].before is null, so there is nothing to remove"));
  CHECK(problem(changed("\"after\": null", after)) ==
        no_plan("corrections[1].after must be null when a license is removed"));
}

TEST_CASE("a VM that appears twice, or of an account that was not looked at, is refused") {
  auto plan = test::plan();
  plan.corrections.push_back(plan.corrections.front());
  CHECK(problem(publish::plan_json(plan, test::seal_key)) ==
        no_plan("corrections[2].vm_id 1074 appears twice"));
  plan.corrections.back().where.datacenter = 13; // another VM with the same id
  CHECK(problem(publish::plan_json(plan, test::seal_key)) == "(none)");
  plan.corrections.back().where.account = "other";
  CHECK(problem(publish::plan_json(plan, test::seal_key)) ==
        no_plan("corrections[2].account 'other' is not one of the plan's accounts"));
}

TEST_CASE("a plan of another schema is refused with what to do") {
  CHECK(problem("{\"schema\": 2}") ==
        "the plan has schema 2; only 1 is supported; make a new one with this version of "
        "`ovh-licensed plan --out`");
}

TEST_CASE("a text that is too large or too deep for a plan is not read") {
  CHECK(problem(std::string((std::size_t(128) << 20U) + 1, ' ')) ==
        no_plan("it is larger than 128 MiB"));
  CHECK(problem(std::string(100, '[')) == no_plan("it is not JSON: too deep"));
}

TEST_CASE("the seal of a plan as it was written fits, with the key it was made with") {
  CHECK(seal_fits(written()));
  CHECK_FALSE(seal_fits(written(), "another key"));
  CHECK_FALSE(seal_fits(written(), ""));
}

TEST_CASE("any byte of a plan that is changed, left out or added breaks its seal") {
  const std::string plan = publish::plan_json(test::nothing_due(), test::seal_key);
  REQUIRE(seal_fits(plan));
  for (std::size_t at = 0; at < plan.size(); ++at) {
    CAPTURE(at);
    for (const int bit : {0x01, 0x20, 0x80}) {
      std::string other = plan;
      other[at] = static_cast<char>(other[at] ^ bit);
      REQUIRE_FALSE(seal_fits(other));
    }
    REQUIRE_FALSE(seal_fits(plan.substr(0, at)));
    REQUIRE_FALSE(seal_fits(plan.substr(0, at) + plan.substr(at + 1)));
    REQUIRE_FALSE(seal_fits(plan.substr(0, at) + " " + plan.substr(at)));
  }
  CHECK_FALSE(seal_fits(plan + "\n"));
  CHECK_FALSE(seal_fits(plan + plan.substr(plan.find("  \"seal\""))));
}

TEST_CASE("a broken seal is told with what to do, and without the key or the seal it should have") {
  const auto checked = publish::check_seal(changed("1074", "1075"), test::seal_key);
  REQUIRE(checked.has_error());
  CHECK(ovhl::words(checked.error()) ==
        "the plan was changed after it was made, or made with other credentials; make a new one "
        "with `ovh-licensed plan --out`");
}
