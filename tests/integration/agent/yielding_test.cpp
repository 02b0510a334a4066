// The ledger is handed over to `apply` and taken back within the test, which claims it itself.
#include "correcting.hpp"
#include "ledger/sqlite/claim.hpp"
#include "ledger/sqlite/verify.hpp"

#include <optional>
#include <stdexcept>

using namespace ovhl;
using namespace ovhl::test;

TEST_CASE("a bug while the ledger is handed over is shown, and no correction runs twice after it") {
  correcting t;
  t.api.control("PATCH", "/control/settings", R"({"task_reads": 0})"); // only we move tasks
  t.patient = false;
  t.sent_first = 1;
  int bugs = 0;
  t.act.on_begin_no_more = [&] {
    if (bugs++ == 0) throw std::logic_error("two and two are five");
  };
  std::optional<ledger::claim> claim;
  enum class step { correcting, claimed, given, back, over } at = step::correcting;
  t.play([&](int poll) {
    if (poll == 2000) t.daemon->stop();
    if (at == step::correcting && t.posts() == 1) {
      auto mine = ledger::claim::lay(t.setup.settings.ledger, {"ovh-licensed apply", 1, {}}, "eve");
      REQUIRE(mine.has_value());
      claim = std::move(*mine);
      at = step::claimed;
    } else if (at == step::claimed && bugs > 0 && !t.ledger->access().is_open()) {
      CHECK(t.ledger->access().yielded().has_value());
      CHECK(contains(t.logged(), "yielding: this is a bug, please report it: two and two are"));
      claim.reset();
      at = step::given;
    } else if (at == step::given && t.ledger->access().is_open()) {
      finish_task(t, t.api.control("GET", "/control/tasks"));
      at = step::back;
    } else if (at == step::back && !t.now().corrections.empty()) {
      t.daemon->stop();
      at = step::over;
    }
  });
  REQUIRE(at == step::over);
  CHECK(t.posts() == 1);
  CHECK(t.now().corrections.size() == 1);
  CHECK(contains(t.logged(), "resolved: yielding: this is a bug"));
  const auto checked = ledger::verify(t.setup.settings.ledger);
  REQUIRE(checked.has_value());
  CHECK_FALSE(checked->flaw.has_value());
  int results = 0;
  REQUIRE(ledger::read(t.setup.settings.ledger, [&](const ledger::record& r) {
            if (r.kind == ledger::kind::result) ++results;
          }).has_value());
  CHECK(results == 1);
}
