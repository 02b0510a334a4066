#include "expected.hpp"
#include "publish/causes.hpp"
#include "publish/status_text.hpp"
#include "samples.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace publish = ovhl::publish;
namespace test = ovhl::publish::test;
using ovhl::terminal;
using publish::due_state;
using publish::status_view;

namespace {

// As it was written before there were any.
std::string without_causes(std::string json) {
  const auto from = json.find("  \"causes\": [");
  return json.erase(from, json.find("  \"findings\": [") - from);
}

status_view read(const publish::snapshot& s) {
  const auto view = publish::read_status(publish::status_json(s));
  REQUIRE_MESSAGE(view.has_value(), (view.has_error() ? view.error().message : ""));
  return *view;
}

std::string problem(const std::string& json) {
  const auto view = publish::read_status(json);
  return view.has_error() ? ovhl::words(view.error()) : std::string("(none)");
}

// The full status with one piece of its text changed.
std::string changed(std::string_view from, std::string_view to) {
  std::string json = without_causes(publish::status_json(test::full()));
  const auto at = json.find(from);
  REQUIRE_MESSAGE(at != std::string::npos, from);
  return json.replace(at, from.size(), to);
}

} // namespace

TEST_CASE("a status is told where no person is looking, at 60 columns, and at 100 in colour") {
  const status_view view = read(test::full());
  CHECK(publish::status_text(view, terminal{}, test::at(400)) == test::expected("status-full.txt"));
  CHECK(publish::status_text(view, {true, false, 60}, test::at(400)) ==
        test::expected("status-full-60.txt"));
  CHECK(publish::status_text(view, {true, true, 100}, test::at(400)) ==
        test::expected("status-full-100-colour.txt"));
}

TEST_CASE("a daemon that has just begun is told as one") {
  CHECK(publish::status_text(read(test::starting()), {true, false, 80}, test::at(1)) ==
        test::expected("status-starting.txt"));
}

TEST_CASE("what was written is read back") {
  const status_view view = read(test::full());
  CHECK(view.daemon.state == publish::daemon_state::degraded);
  CHECK(view.daemon.pid == 4711);
  CHECK_FALSE(view.policy.last_reload.ok);
  CHECK(view.poll.finished_at == test::at(302));
  CHECK(view.vms == 8);
  CHECK(view.licenses.at("windows 2019 Standard") == 3);
  REQUIRE(view.findings.size() == 5);
  CHECK(view.findings[2].name == "Zürich \"old\"");
  CHECK(view.findings[3].task_id == 9);
  CHECK(view.findings[3].guard == ovhl::licensing::guard::retry_after);
  CHECK(view.findings[3].until == test::at(1150));
  CHECK(view.findings[0].guard == std::nullopt);
  CHECK(view.corrections.at(2).query_id == "EU.ext-9");
  CHECK(view.corrections.at(2).message == "the task ended with 'error'");
  CHECK(view.exemptions.at(2).expired);
  CHECK(view.errors.at(0).what.http_status == 502);
  REQUIRE(view.accounts.size() == 2);
  CHECK(view.accounts[0].credential_expiry == test::at(86400));
  CHECK(ovhl::date_text(view.accounts[0].service_expiry.at("pcc-192-0-2-1").on) == "2027-01-31");
  CHECK(view.accounts[1].credential_expiry == std::nullopt);
  CHECK(view.ledger.problem == std::nullopt);

  auto unwritable = test::full();
  unwritable.ledger.problem = "the disk is full";
  CHECK(read(unwritable).ledger.problem == "the disk is full");
  CHECK(view.ledger.yielded_to == std::nullopt);
  auto yielded = test::full();
  yielded.ledger.yielded_to = "apply by alice";
  CHECK(read(yielded).ledger.yielded_to == "apply by alice");

  CHECK(view.due() == 2);
  CHECK(view.in_state(due_state::reported) == 1);
  CHECK(view.in_state(due_state::failed) == 1);
  CHECK(view.in_state(due_state::held) == 0);
  CHECK_FALSE(view.complete());
  CHECK_FALSE(read(test::starting()).complete());
}

TEST_CASE("a poll is under way until it is finished") {
  auto s = test::starting();
  s.poll.number = 1;
  s.poll.started_at = test::at(1);
  const std::string text = publish::status_text(read(s), terminal{}, test::at(6));
  CHECK(text.find("\nlast poll  number 1 is under way, started 5 s ago\n") != std::string::npos);
}

TEST_CASE("a daemon is overdue when its next poll should have ended half a minute ago") {
  status_view view = read(test::full()); // the next poll at 600
  view.poll_timeout = std::chrono::seconds(500);
  CHECK_FALSE(view.overdue(test::at(601)));
  CHECK_FALSE(view.overdue(test::at(600 + 500 + 30)));
  CHECK(view.overdue(test::at(600 + 500 + 31)));
  const std::string text = publish::status_text(view, terminal{}, test::at(1500));
  CHECK(text.find("\nnext poll    was due 15 min 0 s ago: the daemon hangs or is gone\n") !=
        std::string::npos);

  view = read(test::starting());
  view.poll_timeout = std::chrono::seconds(500);
  view.poll.started_at = test::at(10);
  CHECK_FALSE(view.overdue(test::at(10 + 500 + 30)));
  CHECK(view.overdue(test::at(10 + 500 + 31)));
}

TEST_CASE("keys that are not known are ignored") {
  CHECK(problem(changed("\"pid\": 4711", "\"mood\": [{}], \"pid\": 4711")) == "(none)");
  CHECK(problem(changed("\"schema\": 1", "\"schema\": 1, \"new\": {\"a\": null}")) == "(none)");
}

TEST_CASE("a file from before guards were written is read, too") {
  std::string json = without_causes(publish::status_json(test::full()));
  for (const std::string key : {", \"guard\": ", ", \"until\": ", ", \"message\": "}) {
    for (std::size_t from = json.find(", \"task_id\": "), at;
         (at = json.find(key, from)) < json.find("\"exemptions\"");)
      json.erase(at, json.find_first_of(",}", at + key.size()) - at);
  }
  CHECK(json.find("\"guard\"") == std::string::npos);
  const auto view = publish::read_status(json);
  REQUIRE_MESSAGE(view.has_value(), (view.has_error() ? view.error().message : ""));
  CHECK(view->findings.at(3).error == "the task ended with 'error'");
  CHECK(view->findings.at(3).guard == std::nullopt);
  CHECK(view->findings.at(3).until == std::nullopt);
  CHECK(view->corrections.at(2).message == "");
}

TEST_CASE("a file from before there were causes gets them from its findings") {
  const status_view whole = read(test::full());
  const auto view = publish::read_status(without_causes(publish::status_json(test::full())));
  REQUIRE_MESSAGE(view.has_value(), (view.has_error() ? view.error().message : ""));
  CHECK(view->causes.size() == 5);
  CHECK((view->causes == whole.causes));
}

TEST_CASE("a file that lists no finding still counts what is due and how it stands") {
  auto s = test::full();
  s.causes = publish::causes_of(std::span(s.findings));
  s.findings.clear();
  const status_view view = read(s);
  CHECK(view.findings.empty());
  CHECK(view.due() == 2);
  CHECK(view.in_state(due_state::failed) == 1);
  CHECK((view.causes == s.causes));
}

TEST_CASE("a file from before accounts and ledger were written is read, too") {
  std::string json = publish::status_json(test::full());
  const auto from = json.find(",\n  \"accounts\"");
  REQUIRE(from != std::string::npos);
  json.replace(from, std::string::npos, "\n}\n");
  const auto view = publish::read_status(json);
  REQUIRE_MESSAGE(view.has_value(), (view.has_error() ? view.error().message : ""));
  CHECK(view->accounts.empty());
  CHECK(view->ledger.problem == std::nullopt);
}

TEST_CASE("what is due is told with how it stands, and counted by that at the top") {
  using ovhl::licensing::guard;
  auto s = test::starting();
  auto f = test::missing_one();
  const auto add = [&](due_state state, std::optional<guard> by, std::optional<int> until,
                       std::optional<std::string> error, std::optional<std::int64_t> task) {
    ++f.vm_id;
    f.state = state;
    f.guard = by;
    f.until = until ? std::optional(test::at(*until)) : std::nullopt;
    f.error = std::move(error);
    f.task_id = task;
    s.findings.push_back(f);
  };
  f.rule.clear();
  f.since = {};
  f.reason = "none is declared";
  add(due_state::confirming, guard::confirm_polls, {}, "seen in 1 of 2 polls", {});
  add(due_state::confirming, guard::grace, 1320, "grace is 1h", {});
  add(due_state::held, guard::max_set_share, {}, "5 of 12 VMs; run ovh-licensed apply", {});
  add(due_state::held, guard::windows, 86400, {}, {});
  add(due_state::held, guard::task, {}, "task 77 is under way", {});
  add(due_state::running, {}, {}, {}, 12);
  add(due_state::running, {}, {}, {}, {});
  add(due_state::failed, guard::retry_after, 1320, "refused; next try 2026-11-20 22:10 UTC", {});
  add(due_state::failed, guard::retry_after, 1320, "refused", 9);
  add(due_state::done, {}, {}, {}, {});
  add(due_state::reported, {}, {}, {}, {});

  CHECK(publish::status_text(read(s), terminal{}, test::at(400)) == test::expected("states.txt"));
  CHECK(publish::status_text(read(s), {true, false, 80}, test::at(400)) ==
        test::expected("states-80.txt"));
}

TEST_CASE("what ends within 30 days is yellow, within 7 red, and what is far off is not told") {
  const ovhl::instant now = test::at();
  const ovhl::day today = std::chrono::floor<std::chrono::days>(now);
  const auto days = [](int n) { return std::chrono::days(n); };
  auto s = test::starting();
  s.accounts = {{"far", 0, 0, 0, 0, 0, now + days(31), {{"pcc-far", today + days(32)}}},
                {"near", 0, 0, 0, 0, 0, now + days(30), {{"pcc-near", today + days(7)}}},
                {"old", 0, 0, 0, 0, 0, {}, {{"pcc-old", today}}},
                {"far", 0, 0, 0, 0, 0, {}, {{"pcc-far-renews-itself", {today - days(1), true}}}},
                {"late", 0, 0, 0, 0, 0, {}, {{"pcc-late", {today - days(2), true}}}}};
  const std::string text = publish::status_text(read(s), {true, true, 80}, now);
  CHECK(text.find("far") == std::string::npos);
  const auto line = [&](const std::string& what, const char* colour, const std::string& end) {
    const auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    const std::string row = text.substr(at, text.find('\n', at) - at);
    CAPTURE(row);
    CHECK(row.find(std::string("\x1b[") + colour + "m" + end) != std::string::npos);
  };
  line("credentials  near", "33", "2026-12-20");
  line("pcc-near", "31", "2026-11-27");
  line("pcc-old", "31", "2026-11-20, expired");
  line("pcc-late", "31", "2026-11-18, expired");
}

TEST_CASE("of many corrections the last ten are told") {
  auto s = test::starting();
  for (int i = 1; i <= 12; ++i) {
    publish::correction_row c;
    c.at = test::at(i);
    c.vm_id = i;
    c.action = ovhl::licensing::action::remove_license;
    c.from = "windows 2019 Standard";
    c.outcome = ovhl::licensing::outcome::inconclusive;
    s.corrections.push_back(c);
  }
  const std::string text = publish::status_text(read(s), terminal{}, test::at(20));
  CHECK(text.find("\nThe last 10 of 12 corrections\n AGO  VM  ACTION  FROM                   "
                  "TO    OUTCOME       WHY\n17 s  3   remove  windows 2019 Standard  none  "
                  "inconclusive\n") != std::string::npos);
  CHECK(text.ends_with("\n 8 s  12  remove  windows 2019 Standard  none  inconclusive\n"));
}

TEST_CASE("what is not a status file is refused with the JSON path of the first mistake") {
  const std::string no = "not an ovh-licensed status file: ";
  CHECK(problem("") == no + "it is not JSON: incomplete JSON");
  CHECK(problem("[]") == no + "it is not an object");
  CHECK(problem("{}") == no + "schema is missing");
  CHECK(problem(changed("\"schema\": 1", "\"schema\": \"1\"")) == no + "schema is not a number");
  CHECK(problem(changed("\"pid\": 4711", "\"pid\": -1e99")) == no + "daemon.pid is out of range");
  CHECK(problem(changed("\"state\": \"degraded\"", "\"state\": \"happy\"")) ==
        no + "daemon.state 'happy' is not known");
  CHECK(problem(changed("\"ok\": false, \"error\"", "\"ok\": 0, \"error\"")) ==
        no + "policy.last_reload.ok is neither true nor false");
  CHECK(problem(changed("\"verdict\": \"review\"", "\"verdict\": null")) ==
        no + "findings[2].verdict is not a string");
  CHECK(problem(changed("\"vm_id\": 1075, ", "")) == no + "findings[1].vm_id is missing");
  CHECK(problem(changed("\"until\": \"2026-10-31\"", "\"until\": \"2026-02-30\"")) ==
        no + "exemptions[2].until '2026-02-30' is not a date");
  CHECK(problem(changed("\"guard\": \"retry_after\"", "\"guard\": \"angel\"")) ==
        no + "findings[3].guard 'angel' is not known");
  CHECK(problem(changed("\"until\": \"2026-11-20T22:07:10Z\"", "\"until\": 5")) ==
        no + "findings[3].until is not a string");
  CHECK(problem(changed("\"at\": \"2026-11-20T21:53:02Z\"", "\"at\": \"now\"")) ==
        no + "errors[1].at 'now' is not a time");
  CHECK(problem(changed("\"windows 2019 Standard\": 3", "\"windows 2019 Standard\": -3")) ==
        no + "summary.licenses.windows 2019 Standard is out of range");
}

TEST_CASE("a mistake in a cause is refused, too") {
  std::string json = publish::status_json(test::full());
  json.replace(json.find("\"state\": \"reported\""), 19, "\"state\": \"asleep\"  ");
  CHECK(problem(json) == "not an ovh-licensed status file: causes[0].due[0].state "
                         "'asleep' is not known");
}

TEST_CASE("a newer schema is refused with what to do") {
  CHECK(problem("{\"schema\": 2}") == "the status file has schema 2; only 1 is supported; "
                                      "use the same version of ovh-licensed as the daemon");
}
