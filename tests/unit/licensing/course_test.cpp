// The life of a correction, from the question about tasks to its end, step by step.
#include "course_support.hpp"

#include <stdexcept>

using namespace ovhl;
using namespace ovhl::licensing;
using namespace ovhl::licensing::testing;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

// All up to and with the request.
std::vector<event> sent_and(std::vector<event> more) {
  std::vector<event> all{no_task(), declares_none()};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}
// … and its steps.
lines sent_then(lines more) {
  lines all{"tasks?", "vm?", "record intent", "POST"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

told::accepted accepted(std::int64_t task = 9) { return {task, "EU.ext-1"}; }

} // namespace

TEST_CASE("answers and outcomes are named as the ledger and users see them") {
  CHECK(name(sent::kind::accepted) == "accepted");
  CHECK(name(sent::kind::refused) == "refused");
  CHECK(name(sent::kind::lost) == "lost");
  CHECK(name(sent::kind::unsent) == "unsent");
  CHECK(name(outcome::done) == "done");
  CHECK(name(outcome::failed) == "failed");
  CHECK(name(outcome::inconclusive) == "inconclusive");
  CHECK(name(outcome::dropped) == "dropped");
}

TEST_CASE("a correction looks, records its intent, sends once, follows the task, looks again") {
  CHECK(lived(sent_and(
            {accepted(), in_state("todo"), in_state("doing"), in_state("done"), as_asked()})) ==
        sent_then({"record accepted 9", "task 9?", "pause 250 ms", "task 9?", "pause 500 ms",
                   "task 9?", "record task 9 'done'", "vm?",
                   "record done (task 9) (windows 2019 Standard)", "finished"}));
}

TEST_CASE("a removal is as asked when nothing is declared any more") {
  const std::vector<event> told{no_task(), declares("windows 2019 Standard"), accepted(),
                                in_state("done"), declares_none()};
  CHECK(lived(told, action::remove_license) ==
        sent_then({"record accepted 9", "task 9?", "record task 9 'done'", "vm?",
                   "record done (task 9) (no license)", "finished"}));
}

TEST_CASE("whatever is in the way before the request, nothing is sent") {
  const struct {
    const char* fact;
    std::vector<event> told;
    lines steps;
  } table[] = {
      {"tasks cannot be read", {silence()}, {"tasks?", "finished, failed: no answer"}},
      {"the VM cannot be read",
       {no_task(), silence()},
       {"tasks?", "vm?", "finished, failed: no answer"}},
      {"the VM is gone",
       {no_task(), told::vanished{}},
       {"tasks?", "vm?", "record dropped: the VM no longer exists", "finished"}},
      {"the VM changed",
       {no_task(), told::seen{"windows 2022 Standard", "its license is now 'x' (it was none)"}},
       {"tasks?", "vm?",
        ("record dropped (windows 2022 Standard): changed meanwhile: its license is now 'x' (it "
         "was "
         "none)"),
        "finished"}},
      {"the ledger cannot be written",
       {no_task(), declares_none(), told::not_recorded{an_error("the disk is full")}},
       {"tasks?", "vm?", "record intent", "finished, held by ledger: the disk is full"}},
  };
  for (const auto& row : table) {
    INFO(row.fact);
    CHECK(lived(row.told) == row.steps);
  }
}

TEST_CASE("somebody else's task is waited for, and gone round when it is over") {
  script s(an_intent());
  CHECK(s.run({a_task(7)}) == lines{"tasks?", "pause 250 ms", "tasks?"});
  CHECK(in_words(s.shown_state()) ==
        "held by task (task 7): task 7 (not ours) is running on the VM");
  CHECK(s.run({no_task()}) == lines{"tasks?", "vm?"});
  CHECK(in_words(s.shown_state()) == "running");
}

TEST_CASE("a task that does not end gives the VM back to the next poll") {
  patience p;
  p.others = seconds(1);
  CHECK(lived({a_task(7), a_task(7), a_task(8), a_task(8)}, action::set_license, p) ==
        lines{"tasks?", "pause 250 ms", "tasks?", "pause 500 ms", "tasks?", "pause 250 ms",
              "tasks?",
              ("finished, held by task (task 8): task 8 (not ours) is still running on the VM")});
}

TEST_CASE("what the request comes to decides the end") {
  error busy = an_error("another task is running", failure::refused, 409);
  busy.advice = "the VM is busy; it will be tried again";
  error forbidden = an_error("no right", failure::refused, 403);
  forbidden.advice = "run ovh-licensed login";
  forbidden.query_id = "EU.ext-2";
  const struct {
    const char* fact;
    std::vector<event> told; // from the answer on
    lines steps;             // likewise
  } table[] = {
      {"refused",
       {told::refused{forbidden}, declares_none()},
       {"record refused: no right; run ovh-licensed login", "vm?",
        "record failed (no license): no right; run ovh-licensed login (HTTP 403, query EU.ext-2)",
        "finished"}},
      {"busy",
       {told::refused{busy}, declares_none()},
       {"record refused: another task is running", "vm?",
        "record failed (no license): busy: another task is running (HTTP 409)", "finished"}},
      {"refused, yet it is there",
       {told::refused{busy}, as_asked()},
       {"record refused: another task is running", "vm?",
        ("record done (windows 2019 Standard): the request was refused: another task is running "
         "(HTTP 409); but the license is as requested"),
        "finished"}},
      {"not found, and the VM is gone",
       {told::refused{an_error("no such VM", failure::refused, 404)}, told::vanished{}},
       {"record refused: no such VM", "vm?", "record dropped: the VM no longer exists",
        "finished"}},
      {"not found, though the VM is there",
       {told::refused{an_error("no such VM", failure::refused, 404)}, declares_none()},
       {"record refused: no such VM", "vm?", "record failed (no license): no such VM (HTTP 404)",
        "finished"}},
      {"refused for the guest OS",
       {guest_os_refused(an_intent().what), declares_none()},
       {("record refused: not compatible with guest OS family x; bypass_guest_os_family_check: "
         "true "
         "in the policy would allow it"),
        "vm?",
        ("record failed (no license): not compatible with guest OS family x; "
         "bypass_guest_os_family_check: true in the policy would allow it (HTTP 400)"),
        "finished"}},
      {"never sent",
       {told::unsent{an_error("no connection", failure::unreachable)}},
       {"record unsent: no connection", "record failed: the request was not sent: no connection",
        "finished"}},
      {"stopped before it was sent",
       {told::unsent{an_error("canceled", failure::canceled)}},
       {"record unsent: called off before it was sent: canceled",
        "record dropped: called off before it was sent: canceled", "finished"}},
  };
  for (const auto& row : table) {
    INFO(row.fact);
    CHECK(lived(sent_and(row.told)) == sent_then(row.steps));
  }
}

TEST_CASE("a refusal for the guest OS names no bypass where it was already sent") {
  intent wanted = an_intent();
  wanted.what.bypass = true;
  const lines steps = script(wanted, {}, {}).run(sent_and({guest_os_refused(wanted.what)}));
  CHECK(steps == sent_then({"record refused: not compatible with guest OS family x", "vm?"}));
}

TEST_CASE("the task's end and the license together decide, which is given time to show") {
  patience p;
  p.settling = seconds(1);
  const auto other = declares("windows 2016 Standard");
  const struct {
    const char* fact;
    std::vector<event> told; // from the task on
    lines steps;
  } table[] = {
      {"done without effect",
       {in_state("done"), other, other, other, other},
       {"record task 9 'done'", "vm?", "pause 250 ms", "vm?", "pause 500 ms", "vm?", "pause 250 ms",
        "vm?",
        ("record failed (task 9) (windows 2016 Standard): task 9 is done, but 'windows 2016 "
         "Standard' is declared"),
        "finished"}},
      {"done, and shown at the last moment",
       {in_state("done"), declares_none(), declares_none(), silence(), as_asked()},
       {"record task 9 'done'", "vm?", "pause 250 ms", "vm?", "pause 500 ms", "vm?",
        "pause 1000 ms", "vm?", "record done (task 9) (windows 2019 Standard)", "finished"}},
      {"ended with error",
       {in_state("error", "License server: no answer"), declares_none(), declares_none(),
        declares_none(), declares_none()},
       {"record task 9 'error'", "vm?", "pause 250 ms", "vm?", "pause 500 ms", "vm?",
        "pause 250 ms", "vm?",
        ("record failed (task 9) (no license): task 9 ended with 'error': License server: no "
         "answer; none is declared"),
        "finished"}},
      {"ended with error, yet shown",
       {in_state("error", "why"), declares_none(), as_asked()},
       {"record task 9 'error'", "vm?", "pause 250 ms", "vm?",
        ("record done (task 9) (windows 2019 Standard): task 9 ended with 'error': why; but the "
         "license is as requested"),
        "finished"}},
      {"canceled, yet it is there",
       {in_state("canceled"), as_asked()},
       {"record task 9 'canceled'", "vm?",
        ("record done (task 9) (windows 2019 Standard): task 9 ended with 'canceled'; but the "
         "license is as requested"),
        "finished"}},
  };
  for (const auto& row : table) {
    INFO(row.fact);
    auto told = sent_and({accepted()});
    told.insert(told.end(), row.told.begin(), row.told.end());
    lines steps = sent_then({"record accepted 9", "task 9?"});
    steps.insert(steps.end(), row.steps.begin(), row.steps.end());
    CHECK(lived(told, action::set_license, p) == steps);
  }
}

TEST_CASE("what the API says of a failed task is cut and made printable") {
  const std::string hostile = "no\x1b[2J" + std::string(1000, 'x');
  patience p;
  p.settling = seconds(0);
  const lines all = lived(sent_and({accepted(), in_state("error", hostile), declares_none()}),
                          action::set_license, p);
  const std::string& said = all.at(all.size() - 2);
  CHECK(said.find('\x1b') == std::string::npos);
  CHECK(said.find("no") != std::string::npos);
  CHECK(said.size() < 450);
}

TEST_CASE("where the turn comes too late after the looks, they are made again, a few times") {
  const told::outdated late;
  const lines round{"tasks?", "vm?", "POST"};
  lines thrice{"tasks?", "vm?", "record intent", "POST"};
  for (int n = 0; n < 2; ++n)
    thrice.insert(thrice.end(), round.begin(), round.end());
  lines given_up = thrice;
  given_up.insert(given_up.end(), {("record dropped: it could not be sent within 30 s of its "
                                    "checks (3 attempts): the request budget is too small"),
                                   "finished"});
  const std::vector<event> twice{no_task(), declares_none(), late, no_task(), declares_none(), late,
                                 no_task(), declares_none()};
  const auto then = [&](std::vector<event> more) {
    std::vector<event> all = twice;
    all.insert(all.end(), more.begin(), more.end());
    return lived(all);
  };
  CHECK(then({late}) == given_up);
  lines sent = thrice;
  sent.insert(sent.end(), {"record accepted 9", "task 9?"});
  CHECK(then({accepted()}) == sent);
}

TEST_CASE("once its intent is on record, whatever it finds in a later round is recorded, too") {
  const std::vector<event> late{no_task(), declares_none(), told::outdated{}};
  const auto then = [&](std::vector<event> more) {
    std::vector<event> all = late;
    all.insert(all.end(), more.begin(), more.end());
    const lines steps = lived(all);
    return lines(steps.begin() + 4, steps.end());
  };
  CHECK(then({silence()}) == lines{"tasks?", "record dropped: no answer", "finished"});
  CHECK(then({no_task(), silence()}) ==
        lines{"tasks?", "vm?", "record dropped: no answer", "finished"});
  CHECK(then({no_task(), told::seen{"windows 2019 Standard", "its license is now x"}}) ==
        lines{"tasks?", "vm?",
              "record dropped (windows 2019 Standard): changed meanwhile: its license is now x",
              "finished"});
}

TEST_CASE("a task and a VM may be unreadable for a while") {
  patience p;
  p.unreadable = seconds(1);
  const lines begun = sent_then(
      {"record accepted 9", "task 9?", "pause 250 ms", "task 9?", "pause 500 ms", "task 9?"});
  const auto with = [&](std::vector<event> more, lines steps) {
    std::vector<event> told = sent_and({accepted(), silence(), silence()});
    told.insert(told.end(), more.begin(), more.end());
    lines all = begun;
    all.insert(all.end(), steps.begin(), steps.end());
    CHECK(lived(told, action::set_license, p) == all);
  };
  with({in_state("done"), silence(), as_asked()},
       {"record task 9 'done'", "vm?", "pause 250 ms", "vm?",
        "record done (task 9) (windows 2019 Standard)", "finished"});
  with({silence(), silence(), declares_none()},
       {"pause 1000 ms", "task 9?", "record task 9 '': could not be read for 1s: no answer", "vm?",
        ("record inconclusive (task 9) (no license): task 9 could not be read for 1s: no answer; "
         "none is declared"),
        "finished"});
  with({in_state("done"), silence(), silence(), silence(), silence()},
       {"record task 9 'done'", "vm?", "pause 250 ms", "vm?", "pause 500 ms", "vm?",
        "pause 1000 ms", "vm?",
        "record inconclusive (task 9): the VM could not be read afterwards: no answer",
        "finished"});
}

TEST_CASE(
    "that the VM of a task is gone is believed only when it stays so, and rules nothing out") {
  patience p;
  p.unreadable = seconds(1);
  const auto after = [&](std::string state, std::vector<event> looks, lines steps) {
    std::vector<event> told = sent_and({accepted(), in_state(state)});
    told.insert(told.end(), looks.begin(), looks.end());
    lines all = sent_then({"record accepted 9", "task 9?", "record task 9 '" + state + "'", "vm?"});
    all.insert(all.end(), steps.begin(), steps.end());
    CHECK(lived(told, action::set_license, p) == all);
  };
  const told::vanished gone;
  const lines thrice{"pause 250 ms", "vm?", "pause 500 ms", "vm?", "pause 1000 ms", "vm?"};
  const auto then = [&](lines more) {
    lines all = thrice;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  after(
      "done", {gone, gone, gone, gone},
      then({"record inconclusive (task 9): task 9 is done; the VM no longer exists", "finished"}));
  after("error", {gone, silence(), silence(), gone},
        then({"record inconclusive (task 9): task 9 ended with 'error'; the VM no longer exists",
              "finished"}));
  after("done", {gone, gone, gone, as_asked()},
        then({"record done (task 9) (windows 2019 Standard)", "finished"}));
  after("done", {silence(), silence(), silence(), gone, as_asked()},
        then({"pause 2000 ms", "vm?", "record done (task 9) (windows 2019 Standard)", "finished"}));
}

TEST_CASE("the patience with what cannot be read begins anew with every answer") {
  patience p;
  p.unreadable = seconds(1);
  p.longest_pause = milliseconds(500);
  CHECK(lived(sent_and({accepted(), silence(), silence(), silence(), in_state("doing"), silence(),
                        in_state("done"), as_asked()}),
              action::set_license, p)
            .back() == "finished");
}

TEST_CASE("a task that never ends is followed no longer, and is not called a failure") {
  patience p;
  p.trace = seconds(1);
  const auto told = [](told::seen seen) {
    return sent_and({accepted(), in_state("doing"), in_state("doing"), in_state("doing"),
                     in_state("doing"), std::move(seen)});
  };
  const lines followed = sent_then({"record accepted 9", "task 9?", "pause 250 ms", "task 9?",
                                    "pause 500 ms", "task 9?", "pause 1000 ms", "task 9?",
                                    "record task 9 'doing': did not end within 1s", "vm?"});
  lines without = followed, with = followed;
  without.insert(without.end(), {("record inconclusive (task 9) (no license): task 9 did not end "
                                  "within 1s; none is declared"),
                                 "finished"});
  with.insert(with.end(), {("record done (task 9) (windows 2019 Standard): task 9 did not end "
                            "within 1s; but the license is as requested"),
                           "finished"});
  CHECK(lived(told(declares_none()), action::set_license, p) == without);
  CHECK(lived(told(as_asked()), action::set_license, p) == with);
}

TEST_CASE("pauses double up to the longest") {
  patience p;
  p.longest_pause = milliseconds(600);
  std::vector<event> told = sent_and({accepted()});
  told.insert(told.end(), 4, in_state("doing"));
  CHECK(lived(told, action::set_license, p) ==
        sent_then({"record accepted 9", "task 9?", "pause 250 ms", "task 9?", "pause 500 ms",
                   "task 9?", "pause 600 ms", "task 9?", "pause 600 ms", "task 9?"}));
}

TEST_CASE("it is running from its first step, with its task once there is one") {
  script s(an_intent());
  CHECK(in_words(s.shown_state()) == "running");
  s.run(sent_and({accepted()}));
  CHECK(in_words(s.shown_state()) == "running (task 9)");
}

TEST_CASE("telling it something that it did not ask for is a bug, and is called one") {
  course c = a_course(an_intent());
  CHECK_THROWS_AS(c.take(told::recorded{}, {}), std::logic_error);
  CHECK_THROWS_AS(c.take(told::accepted{}, {}), std::logic_error);
  script over(an_intent());
  over.run({silence()});
  course finished = over.state();
  CHECK_THROWS_AS(finished.take(told::found{}, {}), std::logic_error);
}
