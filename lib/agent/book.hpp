// The ledger in the hands of the daemon or of `apply`: opened when that is possible and tried again
// when it was not, always with a word about why nothing can be recorded.
#pragma once

#include "agent/setup.hpp"
#include "base/error.hpp"
#include "ledger/chronicle.hpp"
#include "licensing/decide.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ovhl::agent {

class book {
 public:
  // `go_on`: while a large ledger is read, it is asked now and then.
  book(std::filesystem::path, ledger::writer, std::function<bool()> go_on = {});

  // Opens it, unless it is open and the file is still the one at its path.
  void open(instant now);
  bool is_open() const noexcept { return chronicle_ != nullptr; }
  // Another process has it; whether it gives it when it is asked.
  bool held() const noexcept { return held_; }
  bool would_yield() const noexcept { return would_yield_; }
  // Why nothing can be recorded now; nothing: all is well.
  const std::optional<error>& trouble() const noexcept { return yielded_ ? yielded_ : trouble_; }

  // What is on record; an empty one while it is not open.
  const ledger::history& history() const noexcept;
  std::optional<ledger::witness> witnessed() const; // the last record on disk for certain
  std::optional<instant> last_record_at() const noexcept { return history().last_record(); }

  // What a poll saw, under which policy.
  void looked(const licensing::inventory&, const licensing::decisions&, const setup&, instant now);
  // On disk when it returns, all or none.
  result<std::vector<std::int64_t>> intents(std::span<const licensing::intent>, instant now);
  void note(std::int64_t intent, const licensing::correction&, const licensing::note&, instant now);
  // There are notes that could not be written. Tries to write them; false: they still wait.
  bool unwritten() const { return chronicle_ && chronicle_->unwritten(); }
  bool flush(instant now);
  void close(instant now);

  // For another who asked for it. yield(): from now on it takes no intents, and why is its trouble;
  // what comes of those under way is still recorded. give(): it is closed, and stays so until
  // take_back() finds it free, with all that was in it (false: another still has it). Whether open
  // again or not, it takes intents only after the next open().
  void yield(error why);
  void give(instant now);
  bool take_back(instant now);
  const std::optional<error>& yielded() const noexcept { return yielded_; }

 private:
  void weigh(const result<void>&);
  void try_to_open(instant now);

  std::filesystem::path path_;
  ledger::writer writer_;
  std::function<bool()> go_on_;
  std::unique_ptr<ledger::chronicle> chronicle_;
  std::optional<ledger::left_over> left_; // by the one that was open before
  std::optional<error> trouble_;
  bool held_ = false, would_yield_ = false;
  std::optional<error> yielded_;
  bool away_ = false; // yielded, and not taken back
};

// Who we are, for the record: "run" or "apply", process, user of the operating system.
ledger::writer writer_of(std::string command);

} // namespace ovhl::agent
