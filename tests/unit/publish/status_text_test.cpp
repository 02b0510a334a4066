#include "expected.hpp"
#include "publish/status_text.hpp"
#include "samples.hpp"

#include <doctest/doctest.h>

#include <string>

namespace publish = ovhl::publish;
namespace test = ovhl::publish::test;
using ovhl::terminal;
using publish::due_state;
using publish::status_view;

namespace {

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
  std::string json = publish::status_json(test::full());
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
  CHECK(view.corrections.at(0).query_id == "EU.ext-9");
  CHECK(view.exemptions.at(2).expired);
  CHECK(view.errors.at(0).what.http_status == 502);

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
  CHECK(text.find("\nlast poll  number 1 is under way, begun 5 s ago\n") != std::string::npos);
}

TEST_CASE("a daemon is overdue when its next poll should have ended half a minute ago") {
  status_view view = read(test::full()); // the next poll at 600
  view.poll_timeout = std::chrono::seconds(500);
  CHECK_FALSE(view.overdue(test::at(601)));
  CHECK_FALSE(view.overdue(test::at(600 + 500 + 30)));
  CHECK(view.overdue(test::at(600 + 500 + 31)));
  const std::string text = publish::status_text(view, terminal{}, test::at(1500));
  CHECK(text.find("\nnext poll  was due 15 min 0 s ago: the daemon hangs or is gone\n") !=
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

TEST_CASE("what is not a status file is refused with the JSON path of the first mistake") {
  const std::string no = "this is not a status file of ovh-licensed: ";
  CHECK(problem("") == no + "it is not JSON: incomplete JSON");
  CHECK(problem("[]") == no + "it is not an object");
  CHECK(problem("{}") == no + "schema is missing");
  CHECK(problem(changed("\"schema\": 1", "\"schema\": \"1\"")) ==
        no + "schema is not a number that is possible here");
  CHECK(problem(changed("\"pid\": 4711", "\"pid\": -1e99")) ==
        no + "daemon.pid is not a number that is possible here");
  CHECK(problem(changed("\"state\": \"degraded\"", "\"state\": \"happy\"")) ==
        no + "daemon.state 'happy' is not known");
  CHECK(problem(changed("\"ok\": false, \"error\"", "\"ok\": 0, \"error\"")) ==
        no + "policy.last_reload.ok is neither true nor false");
  CHECK(problem(changed("\"verdict\": \"review\"", "\"verdict\": null")) ==
        no + "findings[2].verdict is not a string");
  CHECK(problem(changed("\"vm_id\": 1075, ", "")) == no + "findings[1].vm_id is missing");
  CHECK(problem(changed("\"until\": \"2026-10-31\"", "\"until\": \"2026-02-30\"")) ==
        no + "exemptions[2].until '2026-02-30' is not a date");
  CHECK(problem(changed("\"at\": \"2026-11-20T21:53:02Z\"", "\"at\": \"now\"")) ==
        no + "errors[1].at 'now' is not a time");
  CHECK(problem(changed("\"windows 2019 Standard\": 3", "\"windows 2019 Standard\": -3")) ==
        no + "summary.licenses.windows 2019 Standard is not a number that is possible here");
}

TEST_CASE("a newer schema is refused with what to do") {
  CHECK(problem("{\"schema\": 2}") == "the status file has schema 2, and only 1 is known here; "
                                      "use the same version of ovh-licensed as the daemon");
}
