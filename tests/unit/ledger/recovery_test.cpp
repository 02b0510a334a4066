// Corrections continue from the record: also from the messages of old versions, which knew no
// `why`, and whatever the messages of today say.
#include "../licensing/course_support.hpp"
#include "ledger/sqlite/verify.hpp"
#include "support.hpp"
#include "support/waited_chronicle.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <utility>

using namespace ovhl;
using namespace ovhl::licensing;
using namespace ovhl::licensing::testing;
using std::chrono::seconds;
namespace fs = std::filesystem;

namespace {

patience brief() {
  patience p;
  p.settling = p.unreadable = p.trace = seconds(1);
  return p;
}

// How OVHcloud answers: the license is there, it is not, or a task shows first.
enum class world { made, not_made, task_shows };

lines resumed(const unfinished& left, world w, std::string (*words_of)(const step&)) {
  course::time_point now{std::chrono::hours(1)};
  patience p = brief();
  p.unreadable = p.trace = seconds(300);
  course c = a_course(left, p, now);
  bool shown = false;
  lines all;
  for (;;) {
    const step next = c.next();
    all.push_back(words_of(next));
    if (std::holds_alternative<ask::finish>(next)) return all;
    if (std::holds_alternative<ask::record>(next)) {
      c.take(told::recorded{}, now);
    } else if (const auto* const pause = std::get_if<ask::pause>(&next)) {
      now += pause->how_long;
      c.take(told::passed{}, now);
    } else if (std::holds_alternative<ask::find>(next)) {
      const bool first = w == world::task_shows && !std::exchange(shown, true);
      c.take(first ? a_task(8) : no_task(), now);
    } else if (std::holds_alternative<ask::follow>(next)) {
      c.take(in_state("done"), now);
    } else {
      c.take(w == world::made ? as_asked() : declares_none(), now);
    }
  }
}

std::string whole(const step& s) { return in_words(s); }

// Without any sentence.
std::string bare(const step& s) {
  const auto* const r = std::get_if<ask::record>(&s);
  if (r == nullptr) return in_words(s);
  errand::note what = r->what;
  std::visit(
      [](auto& n) {
        if constexpr (requires { n.message; }) n.message.clear();
      },
      what);
  return in_words(step(ask::record{what}));
}

using history = ledger::history;

ledger::record as_record(std::int64_t number, const note& what, bool reworded) {
  ledger::record r;
  r.number = number;
  r.where = here;
  r.vm = 1074;
  r.about = std::holds_alternative<intent>(what) ? 0 : 1;
  const auto nonsense = [&](std::string& text) {
    if (reworded) text = "colourless green ideas sleep furiously";
  };
  std::visit(
      [&](auto n) {
        using T = decltype(n);
        if constexpr (std::is_same_v<T, intent>) {
          r.kind = ledger::kind::intent;
          nonsense(n.what.reason);
          r.body = ledger::text(n);
        } else if constexpr (std::is_same_v<T, ending>) {
          r.kind = ledger::kind::result;
          r.body = ledger::text(ledger::result_body{n, action::set_license, {}, {}, {}});
        } else {
          r.kind = std::is_same_v<T, sent> ? ledger::kind::request : ledger::kind::task;
          nonsense(n.message);
          if constexpr (requires { n.description; }) nonsense(n.description);
          r.body = ledger::text(n);
        }
      },
      what);
  return r;
}

history after(const std::vector<note>& notes, bool reworded) {
  history past;
  std::int64_t number = 0;
  for (const note& n : notes)
    REQUIRE(past.take(as_record(++number, n, reworded)).has_value());
  return past;
}

// What is recorded while it is told this.
std::vector<note> recorded(const std::vector<event>& told) {
  course c = a_course(an_intent(), brief());
  course::time_point now{};
  std::vector<note> all;
  for (std::size_t next = 0;;) {
    const step asked = c.next();
    if (std::holds_alternative<ask::finish>(asked)) return all;
    if (const auto* const r = std::get_if<ask::record>(&asked)) {
      all.push_back(recorded_as(r->what));
      c.take(told::recorded{}, now);
    } else if (const auto* const p = std::get_if<ask::pause>(&asked)) {
      now += p->how_long;
      c.take(told::passed{}, now);
    } else if (next == told.size()) {
      return all;
    } else {
      c.take(told[next++], now);
    }
  }
}

} // namespace

TEST_CASE("a ledger of the version that recovered by sentences is verified, read and continued") {
  const fs::path data = fs::path(OVHL_SOURCE_DIR) / "tests/data";
  const test::temporary_directory dir;
  fs::copy_file(data / "ledger-v2-corrections.db", dir / "ledger.db");
  fs::permissions(dir / "ledger.db", fs::perms(0640));
  const auto seen = ledger::verify(dir / "ledger.db");
  REQUIRE(seen.has_value());
  CHECK(!seen->flaw);
  {
    const instant now{std::chrono::sys_days{std::chrono::January / 16 / 2027}};
    const auto recorder =
        ledger::testing::waited_chronicle::open(dir / "ledger.db", {"run", "root", 1, "2"}, now);
    REQUIRE(recorder.has_value());
    const history& past = (*recorder)->history();
    CHECK(past.unfinished().size() == 16);
    CHECK(past.recent().size() == 5);
    std::string all;
    for (const auto& [number, left] : past.unfinished())
      for (const world w : {world::made, world::not_made, world::task_shows}) {
        all += fmt::format("{} {} {}:", number, left.wanted.what.name, static_cast<int>(w));
        for (const std::string& line : resumed(left, w, whole))
          all += " | " + line;
        all += '\n';
      }
    CHECK(all == test::file_text(data / "ledger-v2-corrections.txt"));
  }
  CHECK(!ledger::verify(dir / "ledger.db")->flaw);
}

TEST_CASE("whatever the sentences of the record say, a restart after any record goes on the same") {
  const told::accepted yes{9, "EU.ext-1"};
  const auto doing = in_state("doing");
  const told::lost lost{an_error("reset")};
  const std::vector<std::vector<event>> lives{
      {no_task(), declares_none(), yes, in_state("done"), as_asked()},
      {no_task(), declares_none(), yes, in_state("error", "no room"), declares_none()},
      {no_task(), declares_none(), yes, doing, doing, doing, doing, declares_none()},
      {no_task(), declares_none(), yes, silence(), silence(), silence(), silence()},
      {no_task(), declares_none(), told::refused{an_error("no", failure::refused, 403)}},
      {no_task(), declares_none(), lost, a_task(7), doing, doing, doing, doing},
      {no_task(), declares_none(), lost, a_task(7), in_state("done"), declares_none()},
      {no_task(), declares_none(), told::unsent{an_error("no", failure::unreachable)}},
      {no_task(), declares_none(), told::unsent{an_error("canceled", failure::canceled)}},
  };
  int restarts = 0;
  const auto compare = [&](const std::vector<note>& notes) {
    for (std::size_t length = 1; length <= notes.size(); ++length) {
      const std::vector<note> first(notes.begin(), notes.begin() + static_cast<long>(length));
      const history told = after(first, false), reworded = after(first, true);
      REQUIRE(told.unfinished().size() == reworded.unfinished().size());
      if (told.unfinished().empty()) continue;
      for (const world w : {world::made, world::not_made, world::task_shows}) {
        CHECK(resumed(told.unfinished().at(1), w, bare) ==
              resumed(reworded.unfinished().at(1), w, bare));
        ++restarts;
      }
    }
  };
  for (const auto& told : lives)
    compare(recorded(told));
  // And after a restart that was recorded itself.
  sent ended{sent::kind::lost, {}, "the program ended before the answer", 0, {}};
  ended.why = sent::cause::program_ended;
  compare({an_intent(), ended});
  CHECK(restarts > 50);
}
