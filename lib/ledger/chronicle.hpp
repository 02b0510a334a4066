// The ledger as the daemon and `apply` use it: they report what happened, it finds what is new and
// records that. Everything happens on the event loop; only the journal may work elsewhere.
#pragma once

#include "ledger/journal.hpp"
#include "licensing/decide.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <vector>

namespace ovhl::ledger {

struct writer {
  std::string command; // "run", "apply"
  std::string user;
  int pid = 0;
  std::string version;
  bool yields = false; // see holder
};

// What is remembered of a ledger that could not be kept open: how far it went, and what could not
// be written to it.
struct left_over {
  witness last;
  std::vector<new_record> waiting;
};

// Shared, because it is written while others go on.
struct poll_result {
  std::shared_ptr<const licensing::inventory> seen;
  std::shared_ptr<const licensing::decisions> decided;
  std::shared_ptr<const licensing::policy> policy; // it was judged by
};

// One call at a time: the next one begins after the one before has returned. Only keep() may be
// called at any time. `now` must be read when the call begins.
class chronicle {
 public:
  template <class T>
  using awaitable = boost::asio::awaitable<T>;

  // Opens the ledger and records who begins. `left`: the ledger must be the one that was left, and
  // gets what waits, which is taken out of `left` when it was written.
  static awaitable<boost::system::result<std::unique_ptr<chronicle>, open_failure>>
  open(engine&, writer, instant now, std::shared_ptr<left_over> left = nullptr);

  // A policy is in force; recorded only if it is another than before.
  awaitable<result<void>> policy(policy_body, instant now);

  // A poll: VMs that changed, came or went; datacenters that are observed again or no longer. Where
  // nothing changed, only the time of the last poll is written. `longest_silence`: when the poll
  // before is longer ago, nobody looked in between, and that is a gap.
  awaitable<result<void>> poll(poll_result, instant now, std::chrono::seconds longest_silence);

  // On disk when it returns: all of them with their numbers, or none.
  awaitable<result<std::vector<std::int64_t>>> intents(std::vector<licensing::intent>, instant now);
  // What came of one (or, with intent 0, of a correction dropped before its intent), to be written
  // by the next flush(), and before anything else is.
  static new_record new_record_of(std::int64_t intent, const licensing::correction&,
                                  const licensing::note&, instant now);
  void keep(new_record);
  // Writes what was kept. What cannot be written stays kept, in its order.
  awaitable<result<void>> flush();
  // Whether something is kept.
  bool waits() const noexcept;
  // Why something could not be written, or is not yet where it is safe.
  std::optional<error> unwritten() const;

  // Whether the file is still the one at its path; see journal::in_place().
  awaitable<bool> in_place();
  // To open it again. Afterwards only close() may be called.
  left_over leave();

  awaitable<result<void>> stop(instant now); // in good order
  awaitable<void> close();                   // others may have it

  const ledger::history& history() const noexcept;
  const ledger::head& head() const noexcept;
  const std::optional<witness>& witnessed() const noexcept; // what is on disk for certain

 private:
  struct state;
  explicit chronicle(std::unique_ptr<state>);
  std::unique_ptr<state> state_;

 public:
  ~chronicle();
};

} // namespace ovhl::ledger
