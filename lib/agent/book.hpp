// The ledger as the daemon and `apply` use it: opened when possible, retried otherwise, and always
// able to say why nothing can be recorded.
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
  // `go_on` is called from time to time while a large ledger is read.
  book(std::filesystem::path, ledger::writer, std::function<bool()> go_on = {});

  // Opens the ledger, unless it is open and its path still names the same file.
  void open(instant now);
  bool is_open() const noexcept { return chronicle_ != nullptr; }
  // Whether another process has the ledger, and whether that process yields when asked.
  bool held() const noexcept { return held_; }
  bool would_yield() const noexcept { return would_yield_; }
  // Why nothing can be recorded now; null if nothing is wrong.
  const std::optional<error>& trouble() const noexcept { return yielded_ ? yielded_ : trouble_; }

  // The recorded history; empty while the ledger is not open.
  const ledger::history& history() const noexcept;
  std::optional<ledger::witness> witnessed() const; // the last record on disk for certain
  std::optional<instant> last_record_at() const noexcept { return history().last_record(); }

  // Records what a poll saw, and under which policy.
  void looked(const licensing::inventory&, const licensing::decisions&, const setup&, instant now);
  // When it returns, all are on disk or none.
  result<std::vector<std::int64_t>> intents(std::span<const licensing::intent>, instant now);
  void note(std::int64_t intent, const licensing::correction&, const licensing::note&, instant now);
  // Whether notes wait to be written. Retries them; false: they still wait.
  bool unwritten() const { return chronicle_ && chronicle_->unwritten(); }
  bool flush(instant now);
  void close(instant now);

  // For another process that asked for the ledger. yield(): accepts no more intents and reports why
  // as its problem; the results of corrections under way are still recorded. give(): closes the
  // ledger until take_back() finds it free and intact (false: another process still has it). Open
  // or not, it accepts intents again only after the next open().
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

// Who writes the record: "run" or "apply", process ID, user of the operating system.
ledger::writer writer_of(std::string command);

} // namespace ovhl::agent
