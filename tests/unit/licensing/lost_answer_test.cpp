// After a lost answer, and after the end of the program: a correction looks before it says
// anything, and never sends again.
#include "course_support.hpp"

#include <algorithm>

using namespace ovhl;
using namespace ovhl::licensing;
using namespace ovhl::licensing::testing;
using std::chrono::seconds;

namespace {

// So that three rounds fit into it: at 0, 250, 750 ms and at its end.
patience brief() {
  patience p;
  p.settling = seconds(1);
  return p;
}

const lines lost_steps{"tasks?", "vm?", "record intent", "POST", "record lost: reset", "tasks?"};

// A request whose answer is lost; told from then on, and the steps from then on.
void check_lost(std::vector<event> told, const lines& steps, const patience& p = brief()) {
  std::vector<event> all{no_task(), declares_none(), told::lost{an_error("reset")}};
  all.insert(all.end(), told.begin(), told.end());
  lines expected = lost_steps;
  expected.insert(expected.end(), steps.begin(), steps.end());
  CHECK(lived(all, action::set_license, p) == expected);
}

unfinished left(std::optional<sent> answer = {}, std::optional<followed> task = {}) {
  return {an_intent(), std::move(answer), std::move(task)};
}
sent answered(sent::kind how, std::string message, std::optional<std::int64_t> task = {},
              int status = 0) {
  return {how, task, std::move(message), status, {}, {}};
}
sent program_ended() {
  sent s = answered(sent::kind::lost, "the program ended before the answer");
  s.why = sent::cause::program_ended;
  return s;
}
sent called_off() {
  sent s = answered(sent::kind::unsent, "called off before it was sent: canceled");
  s.why = sent::cause::called_off;
  return s;
}
lines resumed(const unfinished& u, const std::vector<event>& told) {
  const course::time_point now{std::chrono::hours(1)};
  return script(u, brief(), now).run(told, now);
}

} // namespace

TEST_CASE("after a lost answer the license shows that the request was received") {
  check_lost({no_task(), as_asked()}, {"vm?",
                                       ("record done (windows 2019 Standard): the answer was lost: "
                                        "reset; but the license is as requested"),
                                       "finished"});
}

TEST_CASE("after a lost answer a task on the VM is taken over and followed") {
  check_lost({a_task(9), in_state("doing"), in_state("done"), as_asked()},
             {"record task 9 '': taken over after a lost answer", "task 9?", "pause 250 ms",
              "task 9?", "record task 9 'done'", "vm?",
              ("record done (task 9) (windows 2019 Standard): the answer was lost: reset; but the "
               "license is as requested"),
              "finished"});
}

TEST_CASE("where nothing shows, it looks until a request would have shown, and is inconclusive") {
  check_lost({no_task(), declares_none(), no_task(), declares_none(), no_task(), declares_none(),
              no_task(), declares_none()},
             {"vm?", "pause 250 ms", "tasks?", "vm?", "pause 500 ms", "tasks?", "vm?",
              "pause 250 ms", "tasks?", "vm?",
              ("record inconclusive (no license): the answer was lost: reset; there is no sign "
               "that it was received"),
              "finished"});
}

TEST_CASE("a task that shows late is found") {
  check_lost({no_task(), declares_none(), a_task(9), in_state("error"), declares_none()},
             {"vm?", "pause 250 ms", "tasks?", "record task 9 '': taken over after a lost answer",
              "task 9?", "record task 9 'error'", "vm?", "pause 250 ms", "tasks?"});
}

TEST_CASE("what a task taken over has done may show late, too") {
  patience p = brief();
  p.settling = seconds(2);
  check_lost({a_task(7), in_state("doing"), in_state("doing"), in_state("doing"), in_state("doing"),
              in_state("done"), declares_none(), no_task(), as_asked()},
             {"record task 7 '': taken over after a lost answer", "task 7?", "pause 250 ms",
              "task 7?", "pause 500 ms", "task 7?", "pause 1000 ms", "task 7?", "pause 2000 ms",
              "task 7?", "record task 7 'done'", "vm?", "pause 250 ms", "tasks?", "vm?",
              ("record done (task 7) (windows 2019 Standard): the answer was lost: reset; but the "
               "license is as requested"),
              "finished"},
             p);
}

TEST_CASE("a task taken over that was somebody else's does not hide the late effect of ours") {
  check_lost({a_task(7), in_state("done"), declares_none(), no_task(), as_asked()},
             {"record task 7 '': taken over after a lost answer", "task 7?", "record task 7 'done'",
              "vm?", "pause 250 ms", "tasks?", "vm?",
              ("record done (task 7) (windows 2019 Standard): the answer was lost: reset; but the "
               "license is as requested"),
              "finished"});
}

TEST_CASE("what cannot be read after a lost answer is asked again, for so long") {
  patience p = brief();
  p.unreadable = seconds(2);
  check_lost({silence(), no_task(), silence(), silence(), silence(), silence()},
             {"pause 250 ms", "tasks?", "vm?", "pause 500 ms", "tasks?", "pause 250 ms", "tasks?",
              "pause 2000 ms", "tasks?",
              ("record inconclusive: the answer was lost: reset; the VM could not be read "
               "afterwards: no answer"),
              "finished"},
             p);
}

TEST_CASE("after a lost answer a VM that is gone is looked for until that is sure") {
  patience p = brief();
  p.unreadable = seconds(2);
  const told::vanished gone;
  check_lost({no_task(), gone, no_task(), gone, no_task(), gone, no_task(), gone, no_task(), gone},
             {"vm?", "pause 250 ms", "tasks?", "vm?", "pause 500 ms", "tasks?", "vm?",
              "pause 250 ms", "tasks?", "vm?", "pause 2000 ms", "tasks?", "vm?",
              "record inconclusive: the answer was lost: reset; the VM no longer exists",
              "finished"},
             p);
  check_lost({no_task(), gone, no_task(), as_asked()},
             {"vm?", "pause 250 ms", "tasks?", "vm?",
              ("record done (windows 2019 Standard): the answer was lost: reset; but the license "
               "is as requested"),
              "finished"},
             p);
}

TEST_CASE("while it looks for what came of a lost request, it says so") {
  script s(an_intent());
  s.run({no_task(), declares_none(), told::lost{an_error("reset")}});
  CHECK(in_words(s.shown_state()) ==
        "running: the answer was lost; checking whether the correction was made");
}

TEST_CASE("a program that ended before the answer looks, and sends nothing again") {
  const lines found = resumed(left(), {no_task(), as_asked()});
  CHECK(found == lines{"record lost: the program ended before the answer", "tasks?", "vm?",
                       ("record done (windows 2019 Standard): the program ended before the answer; "
                        "but the license is as requested"),
                       "finished"});
  const lines taken = resumed(left(), {a_task(9)});
  CHECK(taken == lines{"record lost: the program ended before the answer", "tasks?",
                       "record task 9 '': taken over after a lost answer", "task 9?"});
}

TEST_CASE("what was perhaps never sent is dropped once it would have shown since the restart") {
  const std::vector<event> nothing{no_task(), declares_none(), no_task(), declares_none(),
                                   no_task(), declares_none(), no_task(), declares_none()};
  const lines rounds{"tasks?",
                     "vm?",
                     "pause 250 ms",
                     "tasks?",
                     "vm?",
                     "pause 500 ms",
                     "tasks?",
                     "vm?",
                     "pause 250 ms",
                     "tasks?",
                     "vm?",
                     ("record dropped (no license): the program ended before the answer; there is "
                      "no sign that the request was sent"),
                     "finished"};
  lines first{"record lost: the program ended before the answer"};
  first.insert(first.end(), rounds.begin(), rounds.end());
  CHECK(resumed(left(), nothing) == first);
  // The same after one more restart, in which that was recorded.
  const auto again = left(program_ended());
  CHECK(resumed(again, nothing) == rounds);
}

TEST_CASE("after a restart it goes on from the last record") {
  using enum sent::kind;
  const struct {
    const char* fact;
    unfinished before;
    std::vector<event> told;
    lines steps;
  } table[] = {
      {"a task under way",
       left(answered(accepted, "", 9)),
       {in_state("done"), as_asked()},
       {"task 9?", "record task 9 'done'", "vm?", "record done (task 9) (windows 2019 Standard)",
        "finished"}},
      {"a task that ended",
       left(answered(accepted, "", 9),
            followed{9, licensing::trace_state_of({"error"}), "", "no room"}),
       {declares_none(), declares_none(), declares_none(), declares_none()},
       {"vm?", "pause 250 ms", "vm?", "pause 500 ms", "vm?", "pause 250 ms", "vm?",
        ("record failed (task 9) (no license): task 9 ended with 'error': no room; none is "
         "declared"),
        "finished"}},
      {"a task that was done",
       left(answered(accepted, "", 9), followed{9, licensing::trace_state_of({"done"}), ""}),
       {declares_none(), as_asked()},
       {"vm?", "pause 250 ms", "vm?", "record done (task 9) (windows 2019 Standard)", "finished"}},
      {"a task that was given up",
       left(answered(accepted, "", 9),
            followed{9, licensing::trace_state_of({"doing"}), "did not end within 1h", "",
                     followed::cause::no_end}),
       {declares_none()},
       {"vm?",
        ("record inconclusive (task 9) (no license): task 9 did not end within 1h; none is "
         "declared"),
        "finished"}},
      {"a refusal",
       left(answered(refused, "no", {}, 403)),
       {declares_none()},
       {"vm?", "record failed (no license): no (HTTP 403)", "finished"}},
      {"a lost answer",
       left(answered(lost, "reset")),
       {no_task(), as_asked()},
       {"tasks?", "vm?",
        ("record done (windows 2019 Standard): the answer was lost: reset; but the license is as "
         "requested"),
        "finished"}},
      {"a task that was taken over",
       left(answered(lost, "reset"),
            followed{9, licensing::trace_state_of({""}), "taken over after a lost answer", "",
                     followed::cause::taken_over}),
       {in_state("done"), as_asked()},
       {"task 9?", "record task 9 'done'", "vm?",
        ("record done (task 9) (windows 2019 Standard): the answer was lost: reset; but the "
         "license is as requested"),
        "finished"}},
      {"never sent",
       left(answered(unsent, "no connection")),
       {},
       {"record failed: the request was not sent: no connection", "finished"}},
      {"stopped before it was sent",
       left(called_off()),
       {},
       {"record dropped: called off before it was sent: canceled", "finished"}},
  };
  for (const auto& row : table) {
    INFO(row.fact);
    CHECK(resumed(row.before, row.told) == row.steps);
  }
}

TEST_CASE("a task is followed with new patience after a restart") {
  const auto before = left(sent{sent::kind::accepted, 9, {}, 0, {}});
  CHECK(resumed(before, {in_state("doing")}) == lines{"task 9?", "pause 250 ms", "task 9?"});
}

// ---- everything fails from some step on ----

namespace {

// Reading fails, or the VM is gone.
event failing(const step& asked, bool gone) {
  if (std::holds_alternative<ask::pause>(asked)) return told::passed{};
  if (std::holds_alternative<ask::record>(asked)) return told::recorded{};
  if (std::holds_alternative<ask::send>(asked)) return told::lost{an_error("reset")};
  if (gone && std::holds_alternative<ask::look>(asked)) return told::vanished{};
  return silence();
}

struct life {
  int posts = 0, intents = 0, endings = 0, steps = 0;
};

// Told as listed up to a step, from then on everything fails.
life failing_from(std::size_t first, const std::vector<event>& told, bool gone = false) {
  course c = a_course(an_intent());
  course::time_point now{};
  std::size_t next = 0;
  life seen;
  for (std::size_t n = 0; !std::holds_alternative<ask::finish>(c.next()); ++n, ++seen.steps) {
    const step asked = c.next();
    if (const auto* const r = std::get_if<ask::record>(&asked)) {
      seen.intents += std::holds_alternative<errand::intent>(r->what) ? 1 : 0;
      seen.endings += std::holds_alternative<ending>(r->what) ? 1 : 0;
    }
    if (const auto* const p = std::get_if<ask::pause>(&asked)) now += p->how_long;
    seen.posts += std::holds_alternative<ask::send>(asked) ? 1 : 0;
    const bool by_itself =
        std::holds_alternative<ask::record>(asked) || std::holds_alternative<ask::pause>(asked);
    c.take(by_itself || n >= first ? failing(asked, gone) : told.at(next++), now);
  }
  return seen;
}

} // namespace

TEST_CASE("wherever everything begins to fail, it ends, in the ledger if its intent is there") {
  const std::vector<std::vector<event>> lives{
      {no_task(), declares_none(), told::accepted{9, {}}, in_state("doing"), in_state("done"),
       as_asked()},
      {a_task(7), no_task(), declares_none(), told::lost{an_error("reset")}, no_task(),
       declares_none(), a_task(9), in_state("error"), declares_none(), no_task(), as_asked()},
      {no_task(), declares_none(), told::refused{an_error("no")}, silence(), declares_none()},
      {no_task(), declares_none(), told::unsent{an_error("no")}},
  };
  for (const auto& told : lives) {
    const int whole = failing_from(1000, told).steps;
    CHECK(whole > 5);
    for (int first = 0; first < whole; ++first) {
      CAPTURE(first);
      const life seen = failing_from(static_cast<std::size_t>(first), told);
      CHECK(seen.posts <= 1);
      CHECK(seen.posts == seen.intents);
      CHECK(seen.endings == seen.intents);
      CHECK(seen.steps < 100);
      const life without_vm = failing_from(static_cast<std::size_t>(first), told, true);
      CHECK(without_vm.posts <= 1);
      CHECK(without_vm.posts == without_vm.intents);
      CHECK(without_vm.endings >= without_vm.intents);
      CHECK(without_vm.steps < 100);
    }
  }
}
