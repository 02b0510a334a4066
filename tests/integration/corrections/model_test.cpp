// Corrections and their ledger together, against a small cloud: the program ends after any step,
// and everything fails at any step, alone, in pairs and at random. However it goes, each intent is
// sent once, nothing happens without a record, and in the end all is as it should be.
#include "ledger/sqlite/verify.hpp"
#include "program.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace ovhl;
using namespace ovhl::model;

namespace {

constexpr int patience_in_steps = 20'000;
constexpr auto windows = "windows2019srv_64Guest";
constexpr auto linux_guest = "ubuntu64Guest";

// What happens in one life of the model, and when the program ends in it.
struct script {
  std::uint32_t seed = 1;
  int vms = 1;
  int polls_with_faults = 4;
  faults strike = [](door) { return fault::none; };
  std::function<bool(int step)> crash = [](int) { return false; };
  std::function<seconds()> set_back = [] { return seconds(0); };
};

class life {
 public:
  life(const script& s, book& b, wall& clock)
      : script_(s), book_(b), clock_(clock), world_(s.seed) {
    for (int id = 1; id <= s.vms; ++id)
      world_.vms.push_back(id % 2 == 1 ? machine{id, windows, std::nullopt}
                                       : machine{id, linux_guest, "windows 2016 Standard"});
    start();
  }

  void run() {
    moment next_poll{};
    int polls = 0;
    for (steps = 0; steps < patience_in_steps; ++steps) {
      if (script_.crash(steps)) {
        end_and_start();
        continue;
      }
      if (program_->step()) continue;
      const auto wakes = program_->next_wake();
      world_.advance(std::min(next_poll, wakes.value_or(next_poll)));
      if (world_.now < next_poll) continue;
      next_poll = world_.now + std::chrono::minutes(5);
      if (polls++ == script_.polls_with_faults) heal();
      book_.flush();
      if (healed_ && world_.at_rest() && program_->idle() && !program_->anything_due()) return;
      program_->poll();
    }
    world_.violations.emplace_back("it does not come to rest");
  }

  // What the ledger says in the end against what happened.
  void check() {
    std::set<std::int64_t> intents;
    std::map<std::int64_t, ledger::record> results;
    for (ledger::record& r : book_.records()) {
      if (r.kind == ledger::kind::intent) intents.insert(r.number);
      if (r.kind != ledger::kind::result || r.about == 0) continue;
      const std::int64_t about = r.about;
      if (!results.emplace(about, std::move(r)).second) found("two results of one intent");
    }
    for (const std::int64_t number : intents)
      if (!results.contains(number)) found("an intent without a result");
    for (const auto& [number, times] : world_.posts)
      if (!intents.contains(number)) found("a request without an intent");
    for (const effect& e : world_.effects) {
      if (!results.contains(e.intent)) found("a change without a result");
      const said_end& end = world_.said_ends[e.intent];
      const bool ruled_out =
          end.how == licensing::outcome::failed || end.how == licensing::outcome::dropped;
      if (ruled_out && e.at > end.at) found("a change after it was ruled out");
    }
    changes = world_.effects.size();
    for (const std::string& violation : world_.violations)
      FAIL_CHECK(violation);
  }

  int steps = 0, lives = 1;
  std::size_t changes = 0;

 private:
  void found(const char* what) { world_.violations.emplace_back(what); }

  void start() {
    program_.emplace(world_, book_, clock_,
                     [this](door d) { return healed_ ? fault::none : script_.strike(d); });
  }

  void end_and_start() {
    world_.advance(world_.now + milliseconds(world_.below(20'000)));
    clock_.set_back += script_.set_back();
    book_.crash(clock_.at(world_.now));
    ++lives;
    start();
  }

  void heal() {
    healed_ = true;
    world_.heal();
  }

  const script& script_;
  book& book_;
  wall& clock_;
  world world_;
  std::optional<program> program_;
  bool healed_ = false;
};

struct came_to {
  int steps = 0, lives = 0;
  std::size_t changes = 0;

  friend bool operator==(const came_to&, const came_to&) = default;
};

came_to lived_in(book& b, wall& clock, const script& s) {
  life l(s, b, clock);
  l.run();
  l.check();
  return {l.steps, l.lives, l.changes};
}

came_to lived(const script& s) {
  memory_book b;
  wall clock;
  return lived_in(b, clock, s);
}

// The given faults at the given doors, counted from the first.
class planned {
 public:
  void at(int n, fault f) { plan_[n] = f; }
  fault operator()(door d) {
    const auto found = plan_.find(calls_++);
    if (found == plan_.end() || !strikes(found->second, d)) return fault::none;
    ++struck;
    return found->second;
  }
  int struck = 0;

 private:
  std::map<int, fault> plan_;
  int calls_ = 0;
};

// A life with these faults, ended after these steps; how many of the faults struck is told.
came_to lived_with(planned p, const std::set<int>& ends, int& struck, std::uint32_t seed = 1) {
  script s;
  s.seed = seed;
  s.strike = [&p](door d) { return p(d); };
  s.crash = [&ends](int step) { return ends.contains(step); };
  const came_to result = lived(s);
  struck = p.struck;
  return result;
}

fault nth_fault(int n) { return static_cast<fault>(n); }

} // namespace

TEST_CASE("without a fault a VM gets its license, in one life") {
  const came_to l = lived({});
  CHECK(l.lives == 1);
  CHECK(l.changes == 1);
}

TEST_CASE("one fault at every step, and the end of the program after every step of that") {
  int tried = 0;
  for (std::uint32_t seed = 1; seed <= 5; ++seed)
    for (int f = 0; f <= last_fault; ++f)
      for (int n = 0; n < 30; ++n) {
        CAPTURE(seed);
        CAPTURE(f);
        CAPTURE(n);
        planned p;
        p.at(n, nth_fault(f));
        int struck = 0;
        const int steps = lived_with(p, {}, struck, seed).steps;
        if (struck == 0 && (f > 0 || n > 0)) continue;
        for (int end = 0; end < steps; ++end) {
          CAPTURE(end);
          lived_with(p, {end}, struck, seed);
          ++tried;
        }
      }
  MESSAGE(tried << " interleavings of one fault and one end of the program");
  CHECK(tried > 5000);
}

TEST_CASE("the program may end after any two steps") {
  int tried = 0, struck = 0;
  for (const fault f : {fault::none, fault::lost_received, fault::lost_late, fault::task_slow}) {
    planned p;
    p.at(3, f); // the POST
    const int steps = lived_with(p, {}, struck).steps;
    for (int first = 0; first < steps; ++first)
      for (int second = first + 1; second < first + 30; ++second) {
        CAPTURE(first);
        CAPTURE(second);
        lived_with(p, {first, second}, struck);
        ++tried;
      }
  }
  MESSAGE(tried << " interleavings of two ends of the program");
  CHECK(tried > 1000);
}

TEST_CASE("any two faults") {
  int tried = 0;
  for (int f = 1; f <= last_fault; ++f)
    for (int n = 0; n < 20; ++n) {
      int struck = 0;
      planned one;
      one.at(n, nth_fault(f));
      lived_with(one, {}, struck);
      if (struck == 0) continue;
      for (int g = 1; g <= last_fault; ++g)
        for (int m = n + 1; m < n + 20; ++m) {
          CAPTURE(f);
          CAPTURE(n);
          CAPTURE(g);
          CAPTURE(m);
          planned two = one;
          two.at(m, nth_fault(g));
          lived_with(two, {}, struck);
          tried += struck == 2 ? 1 : 0;
        }
    }
  MESSAGE(tried << " interleavings of two faults");
  CHECK(tried > 1000);
}

namespace {

enum class kept { in_memory, reworded, on_disk };

came_to at_random(std::uint32_t seed, kept how) {
  std::mt19937 random(seed);
  const auto one_in = [&](std::uint_fast32_t n) { return random() % n == 0; };
  const auto rarely = 2 + random() % 12, seldom = 5 + random() % 100;
  const bool clock_is_set_back = one_in(4);
  script s;
  s.seed = seed;
  s.vms = 1 + static_cast<int>(random() % 5);
  s.polls_with_faults = 6;
  int lives = 0;
  s.strike = [&](door d) {
    if (!one_in(rarely)) return fault::none;
    for (;;) {
      const fault f = nth_fault(static_cast<int>(random() % (last_fault + 1)));
      if (f == fault::none || strikes(f, d)) return f;
    }
  };
  s.crash = [&](int step) {
    if (step > 3000 || lives >= 60 || !one_in(seldom)) return false;
    ++lives;
    return true;
  };
  s.set_back = [&] { return seconds(clock_is_set_back ? random() % 1200 : 0); };
  wall clock;
  if (how != kept::on_disk) {
    memory_book b(how == kept::reworded);
    return lived_in(b, clock, s);
  }
  file_book b(clock.at({}));
  const came_to result = lived_in(b, clock, s);
  const auto verified = ledger::verify(b.file());
  REQUIRE(verified.has_value());
  CHECK(verified->flaw == std::nullopt);
  return result;
}

} // namespace

TEST_CASE("several VMs, faults and ends of the program at random") {
  constexpr std::uint32_t seeds = 12'000;
  int lives = 0, steps = 0, in_files = 0;
  std::size_t changes = 0;
  for (std::uint32_t seed = 1; seed <= seeds; ++seed) {
    CAPTURE(seed);
    const bool real_ledger = seed % 400 == 0;
    const came_to l = at_random(seed, real_ledger ? kept::on_disk : kept::in_memory);
    in_files += real_ledger ? 1 : 0;
    lives += l.lives;
    steps += l.steps;
    changes += l.changes;
  }
  MESSAGE(seeds << " interleavings at random, " << in_files << " of them with a ledger on disk: "
                << lives << " lives, " << steps << " steps, " << changes << " licenses changed");
  CHECK(lives > static_cast<int>(seeds));
  CHECK(changes > seeds);
}

TEST_CASE("with every sentence in the record reworded before every restart, all goes the same") {
  int lives = 0;
  for (std::uint32_t seed = 1; seed <= 1000; ++seed) {
    CAPTURE(seed);
    const came_to told = at_random(seed, kept::in_memory);
    CHECK((told == at_random(seed, kept::reworded)));
    lives += told.lives;
  }
  CHECK(lives > 5000);
}
