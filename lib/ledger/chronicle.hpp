// The ledger as the daemon and `apply` use it: they report what happened, it finds what is new and
// records that.
#pragma once

#include "ledger/history.hpp"
#include "ledger/store.hpp"
#include "licensing/decide.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
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

// What is in mind of a ledger that could not be kept open: how far it went, and what could not be
// written to it.
struct left_over {
  witness last;
  std::vector<entry> waiting;
};

class chronicle {
 public:
  // Opens the file and records who begins. `left`: the ledger must be the one that was left, and
  // gets what waits.
  static boost::system::result<std::unique_ptr<chronicle>, store::refusal>
  open(const std::filesystem::path&, const writer&, instant now,
       const std::optional<left_over>& left = std::nullopt,
       const std::function<bool()>& go_on = {}); // see store::open()

  // A policy is in force; recorded only if it is another than before.
  result<void> policy(const policy_body&, instant now);

  // A poll: VMs that changed, came or went; datacenters that are observed again or no longer. Where
  // nothing changed, only the time of the last poll is written. `longest_silence`: when the poll
  // before is longer ago, nobody looked in between, and that is a gap.
  result<void> poll(const licensing::inventory&, const licensing::decisions&,
                    const licensing::policy&, instant now, std::chrono::seconds longest_silence);

  // On disk when it returns: all of them with their numbers, or none.
  result<std::vector<std::int64_t>> intents(std::span<const licensing::intent>, instant now);
  // What came of one (or, with intent 0, of a correction dropped before its intent). What cannot be
  // written now is kept and written before anything else is.
  void note(std::int64_t intent, const licensing::correction&, const licensing::note&, instant now);
  static entry entry_of(std::int64_t intent, const licensing::correction&, const licensing::note&,
                        instant now);
  // Whether there is something that could not be written yet, and why.
  std::optional<error> unwritten() const;
  // Tries to write it. Whatever is to be written: an attempt that fails because another program has
  // the file locked is the only one within its second, for each has to wait until SQLite gives up.
  result<void> flush(instant now);

  // Whether the file is still the one at its path; see store::in_place().
  bool in_place();
  // To open it again. Afterwards this is good for nothing any more.
  left_over leave();

  result<void> stop(instant now); // in good order; tries in any case

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
