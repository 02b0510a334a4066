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
  // Another process has it.
  bool held() const noexcept { return held_; }
  // Why nothing can be recorded now; nothing: all is well.
  const std::optional<error>& trouble() const noexcept { return trouble_; }

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

 private:
  void weigh(const result<void>&);

  std::filesystem::path path_;
  ledger::writer writer_;
  std::function<bool()> go_on_;
  std::unique_ptr<ledger::chronicle> chronicle_;
  std::optional<ledger::left_over> left_; // by the one that was open before
  std::optional<error> trouble_;
  bool held_ = false;
};

// Who we are, for the record: "run" or "apply", process, user of the operating system.
ledger::writer writer_of(std::string command);

} // namespace ovhl::agent
