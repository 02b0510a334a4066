// apply: what is shown, what is asked, what is made, and what the exit status says of it.
#include "stage.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>

using namespace ovhl::test;
namespace sim = ovhl::sim;

namespace {

constexpr const char* to_make = R"(Corrections to make
VM     ID  WHERE     ACTION         BEFORE                 AFTER                  WHY
web-2   2  pcc-1/12  setLicense     -                      windows 2022 Standard  windows2019srvNext_64Guest (Windows Server 2022) expects 'windows 2022 Standard', none is declared [guest_os_families 'windows2019srvNext_64Guest']
tux-2   4  pcc-1/12  removeLicense  windows 2022 Standard  -                      debian11_64Guest must carry no license, 'windows 2022 Standard' is declared [guest_os_families '*']
old-1   5  pcc-1/12  setLicense     windows 2022 Standard  windows 2019 Standard  windows2019srv_64Guest (Windows Server 2019) expects 'windows 2019 Standard', 'windows 2022 Standard' is declared [guest_os_families 'windows2019srv_64Guest']

3 of 3 corrections will be made: 2 licenses set, 1 license removed.
)";

constexpr const char* made = R"(Results
VM     ID  WHERE     ACTION         OUTCOME  TASK  WHY
)";

void enforce(const stage& s, std::string_view guards = "confirm_polls: 1, grace: 0s") {
  s.write("policy.yaml", policy_that("enforce", guards));
}

void is_corrected(stage& s) {
  CHECK(s.license(2) == "\"windows 2022 Standard\"");
  CHECK(s.license(4) == "null");
  CHECK(s.license(5) == "\"windows 2019 Standard\"");
  CHECK(s.posts().size() == 3);
  CHECK(s.api.violations() == std::vector<std::string>{});
}

// An `apply` at a terminal that waits for an answer.
process& asking(stage& s, std::vector<std::string> arguments = {"apply"}) {
  launch how = at_terminal(s.command(std::move(arguments)), 200);
  how.environment["NO_COLOR"] = "1";
  process& it = s.start(how);
  it.wait_until("its question", [&] { return contains(it.out(), "? [y/N] "); });
  return it;
}

// So many VMs in want of a license, and `apply` works on ten of them at once.
std::unique_ptr<stage> busy_stage(std::size_t vms) {
  sim::options o;
  o.task_reads = 0; // tasks end when they are told to
  o.fleet = fmt::format("{{services: [{{name: pcc-1, datacenters: [{{id: 12, vms: [{{vmId: 100, "
                        "name: web, guestOsFamily: windows2019srvNext_64Guest, count: {}}}]}}]}}]}}",
                        vms);
  auto s = std::make_unique<stage>(o);
  enforce(*s, "confirm_polls: 1, grace: 0s, max_set_share: 100%");
  configuration c;
  c.api = "{requests_per_minute: 100}";
  s->configure(c);
  return s;
}

} // namespace

TEST_CASE("apply --yes shows what it will make, makes it, and says what became of it") {
  stage s;
  enforce(s);
  const outcome o = s.run({"apply", "--yes"});
  CHECK(o.status == 0);
  CHECK(o.err == "");
  CHECK(o.out.starts_with(to_make));
  const std::string results = o.out.substr(std::string_view(to_make).size());
  CHECK(results.starts_with(made));
  const auto rows = lines(results);
  REQUIRE(rows.size() == 7);
  for (const char* row :
       {"web-2   2  pcc-1/12  setLicense     done     ", "tux-2   4  pcc-1/12  removeLicense  done ",
        "old-1   5  pcc-1/12  setLicense     done     "})
    CHECK(count(results, row) == 1);
  CHECK(rows[6] == "3 done.");
  is_corrected(s);
  CHECK_FALSE(s.has_status()); // the daemon's file is the daemon's
}

TEST_CASE("apply says that nothing is due where all is well, and ends at once") {
  stage s;
  enforce(s);
  make_compliant(s);
  const outcome o = s.run({"apply", "--yes"});
  CHECK(o.status == 0);
  CHECK(o.out == "Nothing is due.\n");
  CHECK(s.posts().empty());
}

TEST_CASE("on a terminal apply asks, and yes makes the corrections") {
  for (const char* yes : {"y\n", "yes\n", "Y\n"}) {
    CAPTURE(yes);
    stage s;
    enforce(s);
    process& it = asking(s);
    CHECK(contains(it.out(), "3 of 3 corrections will be made"));
    CHECK(contains(it.out(), "\nMake these corrections (3)? [y/N] "));
    CHECK(s.posts().empty());
    it.type(yes);
    CHECK(it.wait_for_end().status == 0);
    CHECK(contains(it.out(), "3 done."));
    is_corrected(s);
  }
}

TEST_CASE("on a terminal whatever is not yes changes nothing") {
  const std::string end_of_input = "\x04";
  for (const std::string& no : {std::string("n\n"), std::string("\n"), std::string("yess\n"),
                                std::string("y \n"), end_of_input}) {
    CAPTURE(no);
    stage s;
    enforce(s);
    process& it = asking(s);
    it.type(no);
    CHECK(it.wait_for_end().status == 2);
    CHECK(it.out().ends_with("\nNothing was changed.\r\n"));
    CHECK(s.posts().empty());
  }
}

TEST_CASE("a question about one correction is about one") {
  stage s;
  enforce(s);
  make_compliant(s);
  s.api.control("PATCH", "/control/vms/4", R"({"license": "windows 2022 Standard"})");
  process& it = asking(s);
  CHECK(contains(it.out(), "\nMake this correction? [y/N] "));
}

TEST_CASE("Ctrl-C at the question changes nothing") {
  stage s;
  enforce(s);
  process& it = asking(s);
  it.type("\x03");
  CHECK(it.wait_for_end().status == -SIGINT);
  CHECK(s.posts().empty());
  CHECK(s.run({"apply", "--yes"}).status == 0);
}

TEST_CASE("without a terminal apply needs --yes, and looks at nothing before") {
  stage s;
  enforce(s);
  const outcome o = s.run({"apply"});
  CHECK(o.status == 1);
  CHECK(o.out == "");
  CHECK(o.err ==
        "ovh-licensed: apply: there is no terminal to ask on; say --yes to apply without\n");
  CHECK(s.api.requests().empty());
  CHECK_FALSE(std::filesystem::exists(s.path("ledger.db")));
}

TEST_CASE("where corrections are off apply is refused") {
  stage s;
  enforce(s);
  configuration c;
  c.corrections = "off";
  s.configure(c);
  const outcome o = s.run({"apply", "--yes"});
  CHECK(o.status == 1);
  CHECK(o.err == "ovh-licensed: config.yaml: corrections are off; set corrections: on to apply any\n");
  CHECK(s.api.requests().empty());
}

TEST_CASE("apply makes nothing that the mode forbids, and says so as drift") {
  stage s; // mode report
  outcome o = s.run({"apply", "--yes"});
  CHECK(o.status == 2);
  CHECK(contains(o.out, "\nweb-2   2  pcc-1/12  setLicense     mode 'report' changes nothing\n"));
  CHECK(o.out.ends_with("\n0 of 3 corrections will be made.\n"));
  CHECK(s.posts().empty());

  s.write("policy.yaml", policy_that("declare"));
  o = s.run({"apply", "--yes"});
  CHECK(o.status == 2);
  CHECK(contains(o.out, "1 of 3 corrections will be made: 1 license set."));
  CHECK(contains(o.out, "\n1 done, 2 not begun.\n"));
  CHECK(s.posts().size() == 1);
  CHECK(s.license(2) == "\"windows 2022 Standard\"");
}

TEST_CASE("a person may exceed grace and shares, and is told that it is so") {
  const auto s = busy_stage(12);
  s->api.control("PATCH", "/control/settings", R"({"task_reads": 1})");
  enforce(*s, "confirm_polls: 2, grace: 1h, max_set_share: 10%, max_sets_per_poll: 3");
  const outcome o = s->run({"apply", "--yes"});
  CHECK(o.status == 0);
  CHECK(contains(o.out, "12 of 12 corrections will be made: 12 licenses set; "
                        "12 beyond the policy's guards."));
  CHECK(contains(o.out, "exceeds confirm_polls (seen in 1 of 2 polls), grace (due since "));
  CHECK(contains(o.out, ", max_set_share (100 % of the datacenter's VMs, 10 % allowed)"));
  CHECK(contains(o.out, "12 done."));
  CHECK(s->posts().size() == 12);
}

TEST_CASE("closed windows hold a person back too") {
  using namespace std::chrono;
  const auto in_three_days = weekday(floor<days>(system_clock::now()) + days(3));
  const std::array names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
  stage s;
  enforce(s, fmt::format("confirm_polls: 1, grace: 0s, windows: [{{days: {}, from: \"08:00\", to: "
                         "\"18:00\", time_zone: Europe/Paris}}]",
                         names.at(in_three_days.c_encoding())));
  const outcome o = s.run({"apply", "--yes"});
  CHECK(o.status == 4);
  CHECK(contains(o.out, "web-2   2  pcc-1/12  setLicense     held by windows: outside the policy's "
                        "windows until 20"));
  CHECK(o.out.ends_with("\n0 of 3 corrections will be made.\n"));
  CHECK(s.posts().empty());
}

TEST_CASE("a correction that fails is told with its reason, and tried again only by a person") {
  stage s;
  enforce(s);
  s.api.control("POST", "/control/outcomes", R"({"outcome": "error", "times": 3})");
  outcome o = s.run({"apply", "--yes"});
  CHECK(o.status == 4);
  CHECK(contains(o.out, "\n3 failed.\n"));
  CHECK(count(o.out, "failed") == 4);
  o = s.run({"apply", "--yes"});
  CHECK(o.status == 0);
  CHECK(contains(o.out, "exceeds retry_after (next try 20"));
  CHECK(s.posts().size() == 6);
  CHECK(s.api.violations() == std::vector<std::string>{});
}

TEST_CASE("what could not be looked at is not touched, and apply claims nothing about it") {
  stage s;
  enforce(s);
  s.api.arm(refusal("/dedicatedCloud/pcc-2/datacenter/20/*"));
  const outcome o = s.run({"apply", "--yes"});
  CHECK(o.status == 3);
  CHECK(contains(o.err, "ovh-licensed: account main: GET "
                        "/dedicatedCloud/pcc-2/datacenter/20/vmLicensed: "));
  CHECK(contains(o.out, "3 done."));
  is_corrected(s);
}

TEST_CASE("apply keeps away from a ledger that a daemon holds, and says what to do") {
  stage s;
  enforce(s);
  make_compliant(s);
  process& daemon = s.daemon_at_rest();
  s.api.forget_requests();
  const outcome o = s.run({"apply", "--yes"});
  CHECK(o.status == 1);
  CHECK(o.out == "");
  CHECK(o.err.starts_with(fmt::format(
      "ovh-licensed: ledger.db: the ledger is in use by ovh-licensed run (process {}, since ",
      daemon.id())));
  CHECK(o.err.ends_with("); stop the service first: systemctl stop ovh-licensed\n"));
  CHECK(s.api.requests().empty());
}

TEST_CASE("apply corrects nothing that it could not record") {
  stage s;
  enforce(s);
  configuration c;
  c.ledger = "missing/ledger.db";
  s.configure(c);
  const outcome o = s.run({"apply", "--yes"});
  CHECK(o.status == 1);
  CHECK(contains(o.err, "missing/ledger.db"));
  CHECK(contains(o.err, "make the directory 'missing'"));
  CHECK(s.api.requests().empty());
}

TEST_CASE("Ctrl-C begins no more, and what is under way comes to its end") {
  const auto s = busy_stage(12);
  process& it = asking(*s);
  it.type("y\n");
  s->wait_for_requests(it, 10, "/setLicense");
  it.type("\x03");
  it.wait_until("its word about it", [&] {
    return contains(it.out(), "Stopping after what is under way; once more leaves it to the next "
                              "run.\r\n");
  });
  s->end_tasks();
  CHECK(it.wait_for_end().status == 4);
  CHECK(contains(it.out(), "\n10 done, 2 not begun.\r\n"));
  CHECK(count(it.out(), "held: stopped before its turn came") == 2);
  CHECK(s->posts().size() == 10);
}

TEST_CASE("a second signal leaves what is under way, and the next apply takes it up") {
  const auto s = busy_stage(12);
  process& it = s->start(s->command({"apply", "--yes"}));
  s->wait_for_requests(it, 10, "/task/"); // every POST has its answer on record
  it.signal(SIGTERM);
  it.wait_for_line("Stopping after what is under way");
  it.signal(SIGINT);
  it.wait_for_line("Leaving what is under way to the next run.");
  CHECK(it.wait_for_end(std::chrono::seconds(10)).status == 4);
  CHECK(contains(it.out(), "\n10 under way, 2 not begun.\n"));
  CHECK(contains(it.out(), "  under way  "));
  CHECK(s->posts().size() == 10);

  s->end_tasks();
  s->api.control("PATCH", "/control/settings", R"({"task_reads": 1})");
  const outcome o = s->run({"apply", "--yes"});
  CHECK(o.status == 0);
  CHECK(o.err == "Looked after 10 corrections that an earlier run left unfinished.\n");
  CHECK(contains(o.out, "2 of 2 corrections will be made: 2 licenses set."));
  CHECK(contains(o.out, "\n2 done.\n"));
  CHECK(s->posts().size() == 12);
  CHECK(s->api.violations() == std::vector<std::string>{});
}
