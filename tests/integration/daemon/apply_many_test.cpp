// apply with more to do than can be done at once: what a person may exceed, and stopping.
#include "stage.hpp"
#include "support/fleets.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <memory>

using namespace ovhl::test;
namespace sim = ovhl::sim;

namespace {

void enforce(const stage& s, std::string_view guards) {
  s.write("policy.yaml", policy_that("enforce", guards));
}

// So many VMs in want of a license, and `apply` works on ten of them at once.
std::unique_ptr<stage> busy_stage(std::size_t vms) {
  sim::options o;
  o.task_reads = 0; // tasks end when they are told to
  o.fleet = pcc_1(fmt::format(
      "{{vmId: 100, name: web, guestOsFamily: windows2019srvNext_64Guest, count: {}}}", vms));
  auto s = std::make_unique<stage>(o);
  enforce(*s, "confirm_polls: 1, grace: 0s, max_set_share: 100%");
  configuration c;
  c.api = "{requests_per_minute: 100}";
  s->configure(c);
  return s;
}

} // namespace

TEST_CASE("a person may exceed grace and shares, and is told that it is so") {
  const auto s = busy_stage(12);
  s->api.control("PATCH", "/control/settings", R"({"task_reads": 1})");
  enforce(*s, "confirm_polls: 2, grace: 1h, max_set_share: 10%, max_sets_per_poll: 3");
  const outcome o = s->run({"apply", "--yes"});
  CHECK(o.status == 0);
  CHECK(contains(o.out, "12 to declare; 12 beyond the policy's guards."));
  CHECK(contains(o.out, "exceeds confirm_polls (seen in 1 of 2 polls), grace (due since "));
  CHECK(contains(o.out, ", max_set_share (100 % of the datacenter's VMs, 10 % allowed)"));
  CHECK(contains(o.out, "12 declared."));
  CHECK(s->posts().size() == 12);
}

TEST_CASE("Ctrl-C begins no more, and what is under way comes to its end") {
  const auto s = busy_stage(12);
  process& it = asking(*s);
  it.type("y\n");
  s->wait_for_requests(it, 10, "/setLicense");
  it.type("\x03");
  it.wait_until("its word about it", [&] {
    return contains(
        it.out(), "Finishing what is under way; interrupt again to leave it to the next run.\r\n");
  });
  s->end_tasks();
  CHECK(it.wait_for_end().status == 4);
  CHECK(contains(it.out(), "\n10 declared, 2 not started.\r\n"));
  CHECK(count(it.out(), "held: canceled before it began") == 2);
  CHECK(s->posts().size() == 10);
}

TEST_CASE("Ctrl-C while the VMs are checked once more sends and records nothing") {
  const auto s = busy_stage(12);
  configuration c;
  c.api = "{requests_per_minute: 100, timeout: 1s}";
  s->configure(c);
  process& it = asking(*s);
  s->api.control("DELETE", "/control/requests");
  sim::fault silence;
  silence.path = "/dedicatedCloud/pcc-1/task*";
  silence.kind = "hang";
  silence.times = 0;
  s->api.arm(silence);
  it.type("y\n");
  s->wait_for_requests(it, 1, "/task");
  it.type("\x03");
  it.wait_until("its word about it",
                [&] { return contains(it.out(), "Finishing what is under way"); });
  s->api.control("DELETE", "/control/faults");
  CHECK(it.wait_for_end().status == 4);
  CHECK(contains(it.out(), "\n12 not started.\r\n"));
  CHECK(count(it.out(), "held: canceled before it began") == 12);
  CHECK(s->posts().empty());
  const outcome next = s->run({"history"});
  CHECK_FALSE(contains(next.out, "declare"));
}

TEST_CASE("a lost connection begins no more, and lets what is under way end") {
  const auto s = busy_stage(12);
  process& it = s->start(s->command({"apply", "--yes"}));
  s->wait_for_requests(it, 10, "/task/");
  it.signal(SIGHUP);
  it.wait_for_line("Finishing what is under way");
  it.signal(SIGHUP); // from the shell, too
  s->end_tasks();
  CHECK(it.wait_for_end().status == 4);
  CHECK(contains(it.out(), "\n10 declared, 2 not started.\n"));
  CHECK(s->posts().size() == 10);
}

TEST_CASE("a second signal leaves what is under way, and the next apply takes it up") {
  const auto s = busy_stage(12);
  process& it = s->start(s->command({"apply", "--yes"}));
  s->wait_for_requests(it, 10, "/task/"); // every POST has its answer on record
  it.signal(SIGTERM);
  it.wait_for_line("Finishing what is under way");
  it.signal(SIGINT);
  it.wait_for_line("Leaving what is under way to the next run.");
  CHECK(it.wait_for_end(std::chrono::seconds(10)).status == 4);
  CHECK(contains(it.out(), "\n10 under way, 2 not started.\n"));
  CHECK(contains(it.out(), "  under way  "));
  CHECK(s->posts().size() == 10);

  const std::string looking = "Following up 10 corrections that an earlier run left unfinished …\n";
  process& again = s->start(s->command({"apply", "--yes"}));
  again.wait_for_line("Following up");
  again.signal(SIGTERM);
  CHECK(again.wait_for_end(std::chrono::seconds(10)).status == 4);
  CHECK(again.err() == looking + "Leaving what is under way to the next run.\n");
  CHECK(again.out() == "");
  CHECK(s->posts().size() == 10);

  s->end_tasks();
  s->api.control("PATCH", "/control/settings", R"({"task_reads": 1})");
  const outcome o = s->run({"apply", "--yes"});
  CHECK(o.status == 0);
  CHECK(o.err == looking + "All have ended.\n");
  CHECK(contains(o.out, "2 to declare."));
  CHECK(contains(o.out, "\n2 declared.\n"));
  CHECK(s->posts().size() == 12);
  CHECK(s->api.violations() == std::vector<std::string>{});
}

TEST_CASE("what nobody listens to any more is made all the same, and is no success") {
  const auto s = busy_stage(3);
  process& it = s->start(s->command({"apply", "--yes"}));
  s->wait_for_requests(it, 3, "/task/");
  it.listen_no_more();
  s->end_tasks();
  CHECK(it.wait_for_end().status == 4);
  CHECK(s->posts().size() == 3);
  const outcome next = s->run({"apply", "--yes"});
  CHECK(next.status == 0);
  CHECK(next.out == "Nothing is due.\n");
  CHECK(next.err == ""); // nothing was left unfinished
}

TEST_CASE("what cannot be shown beforehand is not made") {
  const auto s = busy_stage(3);
  launch how = s->command({"apply", "--yes"});
  how.output = "/dev/full";
  const outcome o = s->run_as(how);
  CHECK(o.status == 1);
  CHECK(o.err == "ovh-licensed: writing to standard output: No space left on device\n");
  CHECK(s->posts().empty());
}
