// How often the daemon writes its status while corrections run, by a clock that jumps.
#include "daemon_fixture.hpp"

#include <boost/asio/detached.hpp>
#include <sys/stat.h>

#include <algorithm>
#include <tuple>

using namespace ovhl;
using namespace ovhl::test;

namespace {

// A correction under way that tells of something new every second, for a minute.
class busy final : public agent::actuator {
 public:
  explicit busy(daemon_fixture& on) : on_(on) {}
  std::vector<loop::steady_point> writings; // seen meanwhile
  bool over_now = false;

  asio::awaitable<licensing::due_corrections>
  correct(std::shared_ptr<const agent::surveyed> found) override {
    licensing::due_corrections all = glance(found);
    for (std::size_t i = 0; i < all.size(); ++i)
      all.set(i, running());
    if (!begun_ && !found->due.empty()) {
      begun_ = true;
      asio::co_spawn(on_.loop, make(found->due.front().which), asio::detached);
    }
    co_return all;
  }
  void listen(agent::correction_events n) override { news_ = std::move(n); }
  void adopt(std::shared_ptr<const agent::setup>) override {}

 private:
  static licensing::correction_state running() {
    return {publish::due_state::running, {}, {}, {}, 9};
  }

  asio::awaitable<void> make(licensing::vm_key which) {
    auto last = written();
    for (int second = 0; second < 60; ++second) {
      co_await on_.clock.wait_for(std::chrono::seconds(1));
      news_.changed(which, running());
      if (written() == last) continue;
      last = written();
      writings.push_back(on_.clock.now());
    }
    over_now = true;
  }

  // A file that is replaced is another file.
  std::tuple<ino_t, time_t, long> written() const {
    struct stat facts{};
    ::stat((on_.dir / "status.json").c_str(), &facts);
    return {facts.st_ino, facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec};
  }

  daemon_fixture& on_;
  agent::correction_events news_;
  bool begun_ = false;
};

} // namespace

TEST_CASE("while corrections run the status is written every ten seconds, whatever happens") {
  daemon_fixture t;
  busy work(t);
  t.stand_in = &work;
  t.play([&](int poll) {
    if (poll > 1) return t.daemon->stop();
    t.clock.before_a_rest = [&]() -> asio::awaitable<void> {
      while (!work.over_now)
        co_await asio::post(t.loop, asio::use_awaitable);
    };
  });
  CHECK(work.writings.size() >= 5);
  CHECK(work.writings.size() <= 7);
  // The first is the poll's own, and each is seen up to a second late.
  for (std::size_t i = 2; i < work.writings.size(); ++i)
    CHECK(work.writings[i] - work.writings[i - 1] >= std::chrono::seconds(9));
}
