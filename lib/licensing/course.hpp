// The life of one correction as a state machine without side effects: it says what to do next and
// learns the outcome. Whoever carries it out keeps no state; after a crash it continues from what
// the ledger holds.
//
//   tasks on the VM → the VM afresh → intent recorded → POST, once → answer recorded →
//   the task to its end → the VM again → result recorded → finished
#pragma once

#include "base/error.hpp"
#include "licensing/correction.hpp"
#include "licensing/requester.hpp"
#include "licensing/standing.hpp"
#include "licensing/task_state.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace ovhl::licensing {

// ---- what is recorded ----

// What is to be done, why, and who wants it.
struct intent {
  correction what;
  requester by;
  std::string policy; // its id

  friend bool operator==(const intent&, const intent&) = default;
};

// What was answered to the POST.
struct sent {
  enum class answer : std::uint8_t {
    accepted,
    refused, // the API said no: it was not carried out
    lost,    // no telling whether it was received
    unsent   // it certainly never left
  };
  // What a correction that goes on after a restart must know of it besides.
  enum class cause : std::uint8_t {
    none,
    program_ended, // with lost: before the answer, perhaps before the request
    called_off     // with unsent: on purpose
  };
  answer got = answer::lost;
  std::optional<std::int64_t> task; // with accepted
  std::string message;              // with the others: what went wrong; for people
  int http_status = 0;
  std::string query_id;
  cause why = cause::none;

  friend bool operator==(const sent&, const sent&) = default;
};
std::string_view name(sent::answer) noexcept;
std::string_view name(sent::cause) noexcept; // "" for none
inline constexpr int http_busy = 409;
bool is_busy(const sent&) noexcept; // refused, for something else is under way on the VM

// A task: taken over after a lost answer (its state says how far it is), come to its end, or
// followed no longer.
struct followed {
  enum class cause : std::uint8_t {
    none,       // it has come to its end
    taken_over, // found after a lost answer
    unreadable, // given up: it could not be read for too long
    no_end      // given up: it did not end in time
  };
  std::int64_t task = 0;
  task_state state;
  std::string message;          // the cause, for people; empty at its end
  std::string description = {}; // at a bad end: what the API says of it
  cause why = cause::none;

  bool is_given_up() const noexcept { return why == cause::unreadable || why == cause::no_end; }

  friend bool operator==(const followed&, const followed&) = default;
};

std::string_view name(followed::cause) noexcept; // "" for none

enum class outcome : std::uint8_t { done, failed, inconclusive, dropped };
inline constexpr std::size_t outcome_count = 4;
inline constexpr std::array<outcome, outcome_count> all_outcomes{
    outcome::done, outcome::failed, outcome::inconclusive, outcome::dropped};
std::string_view name(outcome) noexcept;

struct ending {
  outcome how{};
  bool looked = false;                // the VM was read again afterwards:
  std::optional<std::string> license; // what is declared
  std::optional<std::int64_t> task;
  std::string message; // in words, why; no full stop
  std::string query_id;
  // Whether it counts towards the pause after failures.
  bool counts() const noexcept { return how == outcome::failed || how == outcome::inconclusive; }

  friend bool operator==(const ending&, const ending&) = default;
};

// Dropped, for the VM had become as it was to be before anything was sent.
bool turned_without_us(action, const std::optional<std::string>& to, const ending&) noexcept;

using note = std::variant<intent, sent, followed, ending>;

// ---- what to do next ----

namespace ask {
struct tasks {}; // whether a task is under way on the VM → told::tasks, told::unanswered
struct vm {      // its details → told::vm, told::vm_gone, told::unanswered
  // Before the request: also whether the order still stands, by all that its verdict rests on; and
  // told::outdated, where no request can leave while that is fresh.
  bool before = false;
};
struct record { // → told::recorded; an intent also → told::not_recorded
  note what;
};
struct post {}; // as the intent says → told::accepted, refused, lost, unsent, outdated
struct task {   // → told::task, told::unanswered
  std::int64_t id = 0;
};
struct pause { // → told::passed
  std::chrono::milliseconds how_long{};
};
struct finish { // it is over, all is recorded
  ending how;
  // Nothing was sent and nothing recorded: it stands as this says, and may begin again at the next
  // poll.
  std::optional<standing> back;
};
} // namespace ask
using step =
    std::variant<ask::tasks, ask::vm, ask::record, ask::post, ask::task, ask::pause, ask::finish>;

// ---- what came of it ----

namespace told {
struct tasks {
  std::optional<std::int64_t> on_vm; // one that is under way and concerns the VM
};
struct vm {
  std::optional<std::string> license;  // declared now
  std::optional<std::string> outdated; // why the order does not stand any more
};
struct vm_gone {};
struct recorded {};
struct not_recorded {
  error why;
};
struct accepted {
  std::int64_t task = 0;
  std::string query_id;
};
struct refused {
  error why;
  bool for_guest_os = false; // the license does not go with the configured guest OS
};
struct lost {
  error why;
};
struct unsent {
  error why;
};
struct outdated {}; // unsent: what was looked at before is too old to act on
struct task {
  task_state state;
  std::string description = {};
};
struct unanswered { // whatever was asked could not be found out this time
  error why;
};
struct passed {};
} // namespace told
using event = std::variant<told::tasks, told::vm, told::vm_gone, told::recorded, told::not_recorded,
                           told::accepted, told::refused, told::lost, told::unsent, told::outdated,
                           told::task, told::unanswered, told::passed>;

// How long things may take.
struct patience {
  // A request whose answer was lost may still take effect for so long, and what a task has done may
  // take as long to show; after it, what is not there will not come.
  std::chrono::seconds settling{60};
  int rounds = 3; // of looks before the request, where its turn comes too late after them
  std::chrono::seconds foreign_task{300}; // somebody else's, on the VM
  // A task that exists may not be found for so long; a VM, too: not before is it gone.
  std::chrono::seconds unreadable{300};
  std::chrono::seconds task{3600};            // ours, to its end
  std::chrono::milliseconds first_pause{250}; // between two reads of a task; doubles …
  std::chrono::milliseconds longest_pause{30'000};
};

// What the ledger holds of a correction that has not come to its end.
struct unfinished {
  licensing::intent wanted;
  std::optional<licensing::sent> sent;
  std::optional<licensing::followed> task; // the last
};

class course {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  course(intent, patience, time_point now);
  // Goes on after a restart. What was sent left before; how long before only the wall clock could
  // tell, and it may have been set.
  course(const unfinished&, patience, time_point now);

  // What to do at first, and after each event. After ask::finish there is nothing more.
  const step& next() const noexcept { return next_; }
  void take(const event&, time_point now);

  const intent& wanted() const noexcept { return wanted_; }
  // For the status: running with its task, or held by somebody else's.
  licensing::standing standing() const;

 private:
  // What is waited for, in the order in which a correction meets them.
  enum class phase : std::uint8_t {
    looking_for_tasks, // before anything else
    waiting_for_task,  // somebody else's
    looking_before,
    recording_intent,
    posting,
    recording_answer,
    looking_for_trace,  // after a lost answer: is there a task …
    looking_for_effect, // … or the license
    waiting_for_trace,
    recording_task, // that was found in place of the lost answer
    following,
    waiting_for_end,
    recording_end, // of the task
    looking_after,
    waiting_for_look,
    recording_result,
    finished
  };

  void go(phase, step);
  void wait_anew(time_point now);
  void pause(phase, time_point now, std::optional<time_point> latest = std::nullopt);
  void close(ending);
  void stand_back(licensing::standing); // with nothing sent

  void look_before(time_point now);
  void look_again_before(time_point now);
  // What came of the question of each phase.
  void on_tasks_before(const event&, time_point now);
  void on_look_before(const event&);
  void on_intent_recorded(const event&);
  void on_answer(const event&);
  void on_trace(const event&, time_point now);
  void on_effect(const event&, time_point now);
  void on_task(const event&, time_point now);
  void on_look_after(const event&, time_point now);

  void record_answer(licensing::sent);
  void go_on(time_point now); // from what is recorded
  void search(time_point now);
  void search_again(time_point now);
  void follow(time_point now);
  void stop_following(followed::cause, std::string message);
  void look_after(time_point now);
  void conclude(const std::optional<std::string>& license, time_point now);

  // How it ends (course_endings.cpp).
  bool is_as_asked(const std::optional<std::string>& license) const;
  time_point settled_at() const; // from then on nothing shows any more that does not yet
  bool is_settled(time_point when) const { return when >= settled_at(); }
  bool is_gone_for_good(time_point now); // it was seen again and again that the VM is not there
  bool may_have_missed() const;          // the task taken over may not be ours
  ending dropped_before(std::string why, const told::vm* seen) const;
  ending unsent() const;
  ending as_asked(const std::optional<std::string>& license) const;
  ending not_as_asked(const std::optional<std::string>& license) const;
  ending vanished() const;
  ending unseen(const error&) const;
  ending plain(outcome, std::string message) const;
  std::string trouble() const; // what went wrong; empty: nothing

  intent wanted_;
  patience patience_;
  step next_;
  phase at_ = phase::looking_for_tasks;
  std::chrono::milliseconds pause_{};    // the next one
  time_point waits_since_{};             // for what it waits for now
  time_point answered_at_{};             // when that could be read the last time
  std::optional<time_point> gone_since_; // the VM: each time it was asked for
  time_point posted_at_{};               // the request left no later
  std::optional<time_point> ended_at_;   // the task was seen to have ended
  int rounds_ = 0;                       // of looks before the request
  bool recorded_ = false;                // the intent
  time_point search_began_{};            // the present round of it
  std::optional<std::int64_t> foreign_;  // somebody else's task that is waited for
  std::optional<licensing::sent> sent_;
  std::optional<licensing::followed> task_; // ours, or taken over
  ending end_;
};

} // namespace ovhl::licensing
