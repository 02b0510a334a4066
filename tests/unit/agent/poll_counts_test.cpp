// What is counted of polls, and when the next one is due.
#include "agent/poll_counts.hpp"
#include "agent/poll_timing.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

using namespace ovhl;
using namespace ovhl::agent;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const instant noon =
    std::chrono::sys_days(std::chrono::year(2027) / 1 / 15) + std::chrono::hours(12);

poll_report report_of(std::uint64_t number, bool complete, bool failed) {
  poll_report r;
  r.number = number;
  r.started_at = noon;
  r.complete = complete;
  r.failed = failed;
  return r;
}

} // namespace

TEST_CASE("a poll is complete, partial or failed, and only failures in a row add up") {
  polls all;
  count(all, report_of(1, false, true), noon);
  count(all, report_of(2, false, true), noon + minutes(5));
  CHECK(all.failures == 2);
  CHECK_FALSE(all.succeeded_at);
  count(all, report_of(3, false, false), noon + minutes(10));
  CHECK(all.failures == 0);
  CHECK((all.partial_at == noon + minutes(10)));
  count(all, report_of(4, true, false), noon + minutes(15));
  CHECK(all.succeeded == 1);
  CHECK(all.partial == 1);
  CHECK(all.failed == 2);
  CHECK((all.succeeded_at == noon + minutes(15)));
  CHECK((all.finished_at == noon + minutes(15)));
}

TEST_CASE("a poll that a bug ended counts as failed, and the next one takes its number") {
  polls all;
  CHECK(next_report(all, noon).number == 1);
  count(all, report_of(1, true, false), noon);
  count_bug(all);
  CHECK(all.failures == 1);
  CHECK(all.failed == 1);
  CHECK_FALSE(all.last.ok);
  CHECK(next_report(all, noon).number == 2);
}

TEST_CASE("the next poll comes when it was said to come") {
  boost::asio::io_context loop{1};
  loop::instant_clock clock{noon};
  poll_timing timing(clock);
  const instant due = timing.plan(seconds(300), 0);
  CHECK((due >= noon + seconds(270)));
  CHECK((due <= noon + seconds(330)));
  boost::asio::co_spawn(loop, timing.wait(), [](std::exception_ptr bug) { CHECK(bug == nullptr); });
  loop.run();
  CHECK((std::chrono::abs(clock.wall() - due) <= seconds(1)));
}
