// Whole screens of `status` for fleets of 26, 1,000 and 10,000 VMs, and what is shown on demand.
#include "base/text.hpp"
#include "expected.hpp"
#include "publish/causes.hpp"
#include "publish/csv.hpp"
#include "publish/shortfall.hpp"
#include "publish/status_text.hpp"
#include "publish/unmatched.hpp"
#include "samples.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <tuple>

namespace publish = ovhl::publish;
namespace test = ovhl::publish::test;
using ovhl::terminal;
using ovhl::licensing::verdict;
using publish::due_state;

namespace {

// A third in order, the others wrong in five ways; the file lists at most 1,000.
publish::snapshot fleet(int vms) {
  auto s = test::starting();
  s.daemon.state = publish::daemon_state::ok;
  s.poll = {9, test::at(300), test::at(302), true, true, 1.9, 14, test::at(600)};
  publish::datacenter_row dc;
  dc.where = {"main", "pcc-192-0-2-1", 12};
  dc.vms = static_cast<std::size_t>(vms);
  dc.ok = true;
  dc.observed_at = test::at(302);
  for (int i = 0; i < vms; ++i) {
    if (i % 3 == 0) {
      ++test::count(dc, verdict::compliant);
      ++dc.licenses["windows 2019 Standard"];
      continue;
    }
    publish::finding f = i % 3 == 1    ? test::missing_one()
                         : i % 5 == 0  ? test::superfluous_one()
                         : i % 5 == 1  ? test::review_one()
                         : i % 10 == 2 ? test::exempt_one()
                                       : test::mismatch_one();
    f.where = dc.where;
    f.vm_id = 1000 + i;
    f.name = fmt::format("vm-{}", i);
    ++test::count(dc, f.verdict);
    if (f.license) ++dc.licenses[*f.license];
    s.findings.push_back(f);
  }
  s.datacenters = {dc};
  s.causes = publish::causes_of(std::span(s.findings));
  std::ranges::sort(s.findings, {}, [](const auto& f) {
    return std::tuple(publish::urgency(f.verdict), f.where, f.vm_id);
  });
  s.findings.resize(std::min<std::size_t>(s.findings.size(), 1000));
  return s;
}

publish::status_view read(const publish::snapshot& s) {
  auto view = publish::read_status(publish::status_json(s));
  REQUIRE(view.has_value());
  return std::move(*view);
}

std::string screen(const publish::status_view& view, std::size_t width,
                   const publish::status_choice& chosen = {}) {
  return publish::status_text(view, {true, false, width}, test::at(400), chosen);
}

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

publish::problem_row problem(ovhl::failure kind, int http, const char* code) {
  ovhl::error e;
  e.kind = kind;
  e.where = "account main: GET /dedicatedCloud";
  e.message = "it went wrong";
  e.http_status = http;
  e.api_code = code;
  return {test::at(300), e};
}

// A daemon that saw nothing, and why.
publish::status_view blind(const publish::problem_row& why) {
  auto s = test::starting();
  s.daemon.state = publish::daemon_state::failing;
  s.poll = {1, test::at(300), test::at(302), false, false, 1.9, 1, test::at(600)};
  s.errors = {why};
  return read(s);
}

} // namespace

TEST_CASE("the screens of fleets of 26, 1,000 and 10,000 VMs") {
  CHECK(screen(read(fleet(26)), 60) == test::expected("fleet-26-60.txt"));
  CHECK(screen(read(fleet(26)), 120) == test::expected("fleet-26-120.txt"));
  CHECK(screen(read(fleet(1000)), 80) == test::expected("fleet-1000-80.txt"));
  CHECK(screen(read(fleet(10'000)), 80) == test::expected("fleet-10000-80.txt"));
  CHECK(screen(read(fleet(10'000)), 200) == test::expected("fleet-10000-200.txt"));
}

TEST_CASE("a status stays as short however many VMs there are, and within the terminal's width") {
  const std::size_t few = lines(screen(read(fleet(26)), 80));
  for (const int vms : {26, 1000, 10'000})
    for (const std::size_t width : {60U, 80U, 120U, 200U}) {
      CAPTURE(vms);
      CAPTURE(width);
      const std::string text = screen(read(fleet(vms)), width);
      if (width == 80) CHECK(lines(text) <= few + 4);
      std::istringstream in(text);
      for (std::string line; std::getline(in, line);)
        CHECK(ovhl::columns(line) <= width);
    }
}

TEST_CASE("line one is the state and its reason") {
  CHECK(first_line(screen(read(fleet(26)), 80)) == "ok: everything was read 1 min 38 s ago");
  CHECK(first_line(screen(read(test::full()), 80)) ==
        "degraded: not everything could be read 1 min 38 s ago");
  CHECK(first_line(screen(read(test::starting()), 80)).starts_with("starting: a poll is overdue"));
  auto s = fleet(26);
  s.daemon.state = publish::daemon_state::degraded;
  s.ledger.problem = "the disk is full";
  CHECK(first_line(screen(read(s), 80)) ==
        "degraded: the ledger cannot be written, so nothing is corrected");
  s.daemon.state = publish::daemon_state::stopping;
  CHECK(first_line(screen(read(s), 80)) == "stopping: the daemon has been stopped");
}

TEST_CASE("where nothing was seen there are no numbers, but the reason") {
  const std::string text = screen(blind(problem(ovhl::failure::unreachable, 0, "")), 80);
  CHECK(first_line(text) == "failing: nothing could be read 1 min 38 s ago");
  CHECK(text.find("\nNo VM has been seen\naccount main: GET /dedicatedCloud: it went wrong.\n") !=
        std::string::npos);
  CHECK(text.find("0 VM") == std::string::npos);
  CHECK(text.find("VERDICT") == std::string::npos);
}

TEST_CASE("the next step fits the error, by its kind") {
  using enum ovhl::failure;
  const auto steps = [](const publish::problem_row& e) {
    const std::string text = screen(blind(e), 80);
    return std::pair(text.find("\nsudo ovh-licensed login ") != std::string::npos,
                     text.find("\nsudo ovh-licensed check --online ") != std::string::npos);
  };
  const std::pair login(true, false), check(false, true), none(false, false);
  CHECK(steps(problem(refused, 403, "INVALID_CREDENTIAL")) == login);
  CHECK(steps(problem(refused, 403, "INVALID_KEY")) == login);
  CHECK(steps(problem(refused, 400, "INVALID_SIGNATURE")) == login);
  CHECK(steps(problem(refused, 401, "")) == login);
  CHECK(steps(problem(refused, 403, "NOT_GRANTED_CALL")) == check);
  CHECK(steps(problem(refused, 403, "")) == check);
  CHECK(steps(problem(timeout, 0, "")) == check);
  CHECK(steps(problem(server, 502, "")) == none);
  publish::problem_row over = problem(refused, 401, "");
  over.stands = false;
  CHECK(steps(over) == none);
}

TEST_CASE("corrections that config.yaml switches off are shown as off, and so is the next step") {
  auto s = fleet(26);
  s.daemon.corrections = false;
  std::string text = screen(read(s), 120);
  CHECK(text.find("\ncorrections  off in config.yaml; 11 due: 2 failed, 9 reported\n") !=
        std::string::npos);
  CHECK(text.find("shows what would be corrected; config.yaml has corrections: off\n") !=
        std::string::npos);
  s.causes.clear();
  s.findings.clear();
  CHECK(screen(read(s), 120).find("\ncorrections  off in config.yaml\n") != std::string::npos);
  s.daemon.corrections = true;
  CHECK(screen(read(s), 120).find("\ncorrections ") == std::string::npos);
}

TEST_CASE("a daemon that does not run is said first, and the first step starts it") {
  auto s = fleet(26);
  publish::status_choice chosen;
  chosen.runs = false;
  const std::string steps = "\nWhat to do next\n"
                            "COMMAND                            WHAT IT DOES\n"
                            "sudo systemctl start ovh-licensed  starts the service\n";
  const std::string gone = screen(read(s), 80, chosen);
  CHECK(first_line(gone) ==
        "not running: the daemon is gone, there is no process 4711; it last polled 1 min");
  CHECK(gone.find(steps) != std::string::npos);
  CHECK(gone.find("\nnext poll ") == std::string::npos);
  s.daemon.state = publish::daemon_state::stopping;
  const std::string stopped = screen(read(s), 80, chosen);
  CHECK(first_line(stopped) ==
        "not running: the daemon has been stopped; it last polled 1 min 38 s ago");
  CHECK(stopped.find(steps) != std::string::npos);
  CHECK(publish::never_ran_text("/run/status.json", {}) ==
        "not running: the daemon has not run since the machine was started, there is no "
        "/run/status.json\n" +
            steps);
}

TEST_CASE("a datacenter that was never seen has no number, and its error is told once") {
  auto s = test::full();
  s.datacenters[1].observed_at.reset();
  s.datacenters[1].vms = 0;
  const std::string text = screen(read(s), 200);
  CHECK(text.find("\npcc-192-0-2-2/7     -  never           see Errors\n") != std::string::npos);
  const std::string what = "datacenter/7/vm: the API failed";
  CHECK(text.find(what) == text.rfind(what));
  s.errors.clear();
  CHECK(screen(read(s), 200).find("never           GET /dedicatedCloud/") != std::string::npos);
}

TEST_CASE("status shows twelve causes at most, and says how many more there are") {
  auto s = fleet(26);
  s.causes.clear();
  for (int i = 0; i < 27; ++i) {
    publish::cause_row c;
    c.verdict = verdict::review;
    c.reason = fmt::format("reason {:02}", i);
    c.vms = 1;
    c.names = {fmt::format("vm-{}", i)};
    s.causes.push_back(c);
  }
  const std::string text = screen(read(s), 120);
  CHECK(text.find("\n27 causes\n") != std::string::npos);
  CHECK(text.find("reason 11") != std::string::npos);
  CHECK(text.find("reason 12") == std::string::npos);
  CHECK(text.find("\n15 more causes: ovh-licensed status --format json\n") != std::string::npos);

  s.causes.resize(12);
  CHECK(screen(read(s), 120).find("more cause") == std::string::npos);
  s.causes.push_back(s.causes.front());
  s.causes.back().reason = "another";
  CHECK(screen(read(s), 120).find("\n1 more cause: ") != std::string::npos);
}

TEST_CASE("where there are many causes, those that differ only in the license are one") {
  auto s = fleet(26);
  s.causes.clear();
  for (int i = 0; i < 30; ++i) {
    publish::cause_row c;
    c.verdict = verdict::superfluous;
    c.action = ovhl::licensing::action::remove_license;
    c.license = fmt::format("windows {:02} Standard", i);
    c.expected = "none";
    c.reason = fmt::format("expects no license, '{}' is declared", *c.license);
    c.vms = 2;
    s.causes.push_back(c);
  }
  const std::string text = screen(read(s), 120);
  CHECK(text.find("\n1 cause\n") != std::string::npos);
  CHECK(text.find(" 60  superfluous  30 different licenses  none") != std::string::npos);
}

TEST_CASE("status shows the ten most frequent licenses, and says how many more there are") {
  auto s = fleet(26);
  s.datacenters[0].licenses.clear();
  for (std::size_t i = 1; i <= 34; ++i)
    s.datacenters[0].licenses[fmt::format("license {:02}", i)] = i;
  const std::string text = screen(read(s), 80);
  CHECK(text.find("\nDECLARED LICENSE  VMS\nlicense 34         34\n") != std::string::npos);
  CHECK(text.find("\nlicense 25         25\nand 24 more licenses: ovh-licensed status --format "
                  "json\n") != std::string::npos);
  CHECK(text.find("license 24") == std::string::npos);
  while (s.datacenters[0].licenses.size() > 10)
    s.datacenters[0].licenses.erase(s.datacenters[0].licenses.begin());
  CHECK(screen(read(s), 80).find("more license") == std::string::npos);
}

TEST_CASE("rows are shown on demand, and say how many there are") {
  const auto view = read(fleet(10'000));
  publish::status_choice chosen;
  CHECK(screen(view, 120, chosen).find("vm-4") == screen(view, 120, chosen).find("vm-4,"));
  chosen.rows = true;
  chosen.only.limit = 2;
  const std::string text = screen(view, 120, chosen);
  CHECK(text.find("\nThe first 2 of 1,000 VMs\n") != std::string::npos);
  CHECK(text.find("\nThe status file lists 1,000 of 6,666 VMs; sudo ovh-licensed plan --rows lists "
                  "all.\n") != std::string::npos);
  chosen.only.verdicts = {verdict::review};
  CHECK(screen(view, 120, chosen).find("\n1 cause\n") != std::string::npos);
}

TEST_CASE("a list that the status file cuts short says so and names the command that lists all") {
  auto s = fleet(10'000);
  std::erase_if(s.findings, [](const auto& f) { return f.verdict != verdict::missing; });
  const auto view = read(s);
  const auto shortfall = [&](const publish::row_filter& only) {
    return publish::shortfall(view, only, "--format csv");
  };
  publish::row_filter only;
  CHECK(shortfall(only) == "the status file lists 1,000 of 6,666 VMs; sudo ovh-licensed plan "
                           "--format csv lists all");
  only.verdicts = {verdict::missing};
  CHECK(shortfall(only) == "the status file lists 1,000 of 3,333 VMs with verdict missing; sudo "
                           "ovh-licensed plan --verdict missing --format csv lists all");
  only.verdicts = {verdict::superfluous};
  CHECK(shortfall(only) == "none of the 667 VMs with verdict superfluous is among the 1,000 that "
                           "the status file lists; sudo ovh-licensed plan --verdict superfluous "
                           "--format csv lists them");
  const std::string text = screen(view, 200, {true, only});
  CHECK(
      text.find("\n0 of 667 VMs listed\nNone of the 667 VMs with verdict superfluous is among the "
                "1,000 that the status file lists; sudo ovh-licensed plan --verdict superfluous "
                "lists them.\n") != std::string::npos);
  only = {};
  only.rule = "own licenses";
  only.service = "pcc-192-0-2-1";
  CHECK(shortfall(only) ==
        "the status file lists only 1,000 of 6,666 VMs, so some may be missing; sudo ovh-licensed "
        "plan --rule 'own licenses' --service pcc-192-0-2-1 --format csv lists all");
  CHECK(publish::shortfall(read(fleet(26)), {}, "").empty());
}

TEST_CASE("a filter takes what fits all that is asked for") {
  publish::row_filter only;
  const publish::finding f = test::missing_one();
  CHECK_FALSE(only.narrows());
  CHECK(only.fits(f));
  only.rule = "windows2019srv_64Guest";
  CHECK(only.fits(f));
  CHECK_FALSE(only.fits(test::exempt_one()));
  only.rule = "own licenses";
  CHECK(only.fits(test::exempt_one()));
  only = {};
  only.verdicts = {verdict::review, verdict::missing};
  CHECK(only.fits(f));
  CHECK_FALSE(only.fits(test::mismatch_one()));
  only.service = "pcc-192-0-2-1";
  only.datacenter = 12;
  CHECK(only.fits(f));
  only.datacenter = 7;
  CHECK_FALSE(only.fits(f));
  only = {};
  only.limit = 2;
  const auto picked = only.pick(test::full().findings);
  CHECK(picked.rows.size() == 2);
  CHECK(picked.all == 5);
}

TEST_CASE("a filter that names something unknown is answered with what exists") {
  const auto view = read(test::full());
  publish::row_filter only;
  CHECK(publish::unmatched(view, only).empty());
  only.service = "pcc-192-0-2-2";
  only.rule = "own licenses";
  CHECK(publish::unmatched(view, only).empty());
  only.datacenter = 12;
  CHECK(publish::unmatched(view, only) == "no VM of datacenter 12; there are: 7");
  only.service = "pcc-x";
  CHECK(publish::unmatched(view, only) ==
        "no VM of service 'pcc-x'; there are: pcc-192-0-2-1, pcc-192-0-2-2");
  only = {};
  only.rule = "own license";
  CHECK(publish::unmatched(view, only) ==
        "no VM listed was decided by 'own license'; there are: *, own licenses, win*, "
        "windows2019srv_64Guest");
}

TEST_CASE("cells of CSV are quoted where they must be, and compute nothing") {
  CHECK(publish::csv_cell("plain text") == "plain text");
  CHECK(publish::csv_cell("a,b") == "\"a,b\"");
  CHECK(publish::csv_cell("say \"a\"\n") == "\"say \"\"a\"\"\n\"");
  CHECK(publish::csv_cell("=1+1") == "'=1+1");
  CHECK(publish::csv_cell("+1") == "'+1");
  CHECK(publish::csv_cell("-1") == "'-1");
  CHECK(publish::csv_cell("@a,b") == "\"'@a,b\"");
  CHECK(publish::csv_cell("a=b").front() == 'a');
  CHECK(publish::csv_cell("\n=1+1") == "\"'\n=1+1\"");
  CHECK(publish::csv_cell("\t=1") == "'\\x09=1");
  for (const char* wide : {"\uFF1D1", "\uFF0B1", "\uFF0D1", "\uFF201"})
    CHECK(publish::csv_cell(wide) == "'" + std::string(wide));
}

TEST_CASE("a cell of CSV sends nothing to a terminal") {
  CHECK(publish::csv_cell("a\x1b]0;owned\x07z") == "a\\x1b]0;owned\\x07z"); // OSC
  CHECK(publish::csv_cell("a\u009B31mz") == "a\\x9b31mz");                  // CSI in one
  CHECK(publish::csv_cell("a\rb\x7f") == "a\\x0db\\x7f");
  CHECK(publish::csv_cell("a\nb") == "\"a\nb\"");
  CHECK(publish::csv_cell("Z\u00FCrich") == "Z\u00FCrich");
  CHECK(publish::csv_cell("a\xffz") == "a\uFFFDz");
}

TEST_CASE("a status as CSV has a line for each VM that is listed and fits") {
  publish::row_filter only;
  only.verdicts = {verdict::superfluous, verdict::missing};
  std::string csv = publish::status_csv(read(test::full()), only);
  CHECK(static_cast<std::size_t>(std::ranges::count(csv, '\r')) == lines(csv));
  std::erase(csv, '\r');
  CHECK(csv == test::expected("status.csv"));
}
