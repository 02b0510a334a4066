// The ledger's file: SQLite in WAL mode, append-only, one writer at a time. It stores records and
// does not know what they mean.
#pragma once

#include "base/error.hpp"
#include "ledger/holder.hpp"
#include "ledger/record.hpp"
#include "ledger/witness.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace ovhl::ledger {

class store {
 public:
  // Takes the lock, creates the file if there is none, brings an older one up to date, checks the
  // chain, and passes every record to `on_record`. The file must contain `known`. Reading a large
  // file takes long; `go_on` is asked meanwhile whether to continue.
  static boost::system::result<store, open_failure>
  open(const std::filesystem::path&, const holder&,
       const std::function<void(const record&)>& on_record,
       const std::optional<witness>& known = std::nullopt, const std::function<bool()>& go_on = {});
  ~store();
  store(store&&) noexcept;
  store& operator=(store&&) noexcept;

  using durability = ledger::durability;
  // Appends all or none and returns their records. After an error nothing was appended, and another
  // try is allowed.
  result<std::vector<record>> append(std::span<const new_record>, durability);
  // The records of a poll, and its time, in one transaction: in steps, so that they are never all
  // in memory. An error, or another begin_poll(), discards what was added.
  result<void> begin_poll();
  result<void> add(std::span<const new_record>);
  result<void> end_poll(instant polled_at);

  const ledger::head& head() const noexcept;
  // Moves the records from the log into the file, syncs it and updates the witness. If a reader
  // prevents that, the next call does it.
  result<void> settle();
  bool settled() const noexcept; // settle() has nothing to do
  // What the witness on disk says.
  const std::optional<witness>& witnessed() const noexcept;
  // Whether the open files are still those at their paths. Once they are not, nothing is appended
  // any more, and the ledger has to be opened again.
  bool in_place();

 private:
  struct state;
  explicit store(std::unique_ptr<state>);
  std::unique_ptr<state> state_;
};

} // namespace ovhl::ledger
