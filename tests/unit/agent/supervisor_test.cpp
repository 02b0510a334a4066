// A duty that breaks begins again, after pauses that grow, and people see that it broke.
#include "agent/supervisor.hpp"
#include "support/listening_pipe.hpp"
#include "support/waited_for.hpp"

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <stdexcept>
#include <vector>

using namespace ovhl;
using namespace ovhl::agent;
using std::chrono::seconds;

namespace {

struct fixture {
  test::listening_pipe pipe;
  os::log log{os::log_format::text, os::level::info, pipe.fd()};
  boost::asio::io_context loop{1};
  loop::instant_clock clock{std::chrono::sys_days(std::chrono::year(2027) / 1 / 15)};
  agent::state state;
  duty_context context{loop.get_executor(), clock, log, state};
  int shown = 0;
  supervisor all{context, [this] { ++shown; }};

  void run(boost::asio::awaitable<void> what) { test::waited_for(loop, std::move(what)); }
};

// Breaks as often as it is told to, goes well, and stops itself.
class breaking final : public duty {
 public:
  breaking(fixture& in, int bugs) : in_(in), bugs_(bugs) {}
  std::string name() const override { return "counting"; }
  boost::asio::awaitable<void> run(std::function<void()> went_well) override {
    begun_at.push_back(in_.clock.now());
    if (bugs_-- > 0) throw std::logic_error("two and two are five");
    shown = in_.state.problems.in_one_line();
    went_well();
    if (on_well) on_well();
    co_return;
  }
  void stop() override { stopped = true; }

  std::vector<loop::steady_point> begun_at;
  std::string shown;
  std::function<void()> on_well;
  bool stopped = false;

 private:
  fixture& in_;
  int bugs_;
};

} // namespace

TEST_CASE("a duty begins again after a bug, and the pause grows with each bug in a row") {
  fixture f;
  breaking d(f, 3);
  f.run(f.all.run(d));
  REQUIRE(d.begun_at.size() == 4);
  CHECK(d.begun_at[1] - d.begun_at[0] == seconds(1));
  CHECK(d.begun_at[2] - d.begun_at[1] == seconds(2));
  CHECK(d.begun_at[3] - d.begun_at[2] == seconds(4));
  CHECK(pause_after_bugs(9) == seconds(256));
  CHECK(pause_after_bugs(10) == seconds(300));
  CHECK(pause_after_bugs(1000) == seconds(300));
}

TEST_CASE("a bug is a problem that is shown until the duty has gone well once") {
  fixture f;
  breaking d(f, 2);
  f.run(f.all.run(d));
  CHECK(d.shown == "counting: this is a bug, please report it: two and two are five");
  CHECK(f.state.problems.in_one_line().empty());
  CHECK(f.shown == 3); // twice broken, once well
  REQUIRE(f.state.problems.last().size() == 1);
  CHECK_FALSE(f.state.problems.last()[0].stands);
}

TEST_CASE("a duty that is stopped while it waits to begin again does not begin") {
  fixture f;
  breaking d(f, 1000);
  breaking other(f, 3);
  other.on_well = [&] { f.all.stop(d); };
  f.all.start(d);
  f.all.start(other);
  f.run(f.all.over());
  CHECK(d.stopped);
  CHECK(d.begun_at.size() < 1000);
  CHECK(other.begun_at.size() == 4);
}

TEST_CASE("a bug in the showing of a bug is logged, and the duty begins again all the same") {
  fixture f;
  supervisor blind(f.context, [] { throw std::runtime_error("no memory"); });
  breaking d(f, 1);
  f.run(blind.run(d));
  CHECK(d.begun_at.size() == 2);
  bool logged = false;
  for (const std::string& line : f.pipe.lines_heard())
    logged =
        logged || line.find("cannot be published: this is a bug, please report it: no memory") !=
                      std::string::npos;
  CHECK(logged);
}
