// The file: SQLite, WAL, append-only, one writer at a time. It knows records, not what they mean.
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
  // Takes the lock, creates the file where there is none, brings an older one up to date, and reads
  // every record on the way, checking the chain: whoever appends to it must be able to rely on it.
  // `on_record` gets each. The error names what is wrong and what to do; `held` tells that it is
  // another process that has it.
  using open_failure = ledger::open_failure;
  // `known`: what it held when it was open before; without that it is refused. `go_on` is asked now
  // and then while it is read, which takes long if it is large.
  static boost::system::result<store, open_failure>
  open(const std::filesystem::path&, const holder&,
       const std::function<void(const record&)>& on_record,
       const std::optional<witness>& known = std::nullopt, const std::function<bool()>& go_on = {});
  ~store();
  store(store&&) noexcept;
  store& operator=(store&&) noexcept;

  using durability = ledger::durability;
  // All or none. Returns their records. After an error nothing was appended and it may be tried
  // again.
  result<std::vector<record>> append(std::span<const new_record>, durability);
  // As append(), and the time of a poll in the same stroke.
  result<std::vector<record>> append_poll(std::span<const new_record>, instant polled_at);
  // The same for many: each is made when its turn comes, so that never all of them are held.
  result<void> append_poll(std::size_t count, const std::function<new_record(std::size_t)>& nth,
                           instant polled_at);
  // The same in steps. After an error, or if it is begun again, what was added is gone.
  result<void> begin_poll();
  result<void> add(std::span<const new_record>);
  result<void> end_poll(instant polled_at);

  const ledger::head& head() const noexcept;
  // Brings what is recorded to the disk, from the log into the file, and tells the witness. Where a
  // reader is in the way, that is left for the next time.
  result<void> settle();
  bool settled() const noexcept; // there is nothing to bring
  // What the witness on disk says.
  const std::optional<witness>& witnessed() const noexcept;
  // Whether the open files are still those at their paths. Once they were not, nothing is appended
  // any more: it has to be opened again.
  bool in_place();

 private:
  struct state;
  explicit store(std::unique_ptr<state>);
  std::unique_ptr<state> state_;
};

// What `ovh-licensed verify` finds; changes nothing and needs no lock, so that it can be run beside
// the daemon.
struct verification {
  std::int64_t records = 0; // that fit, up to the flaw
  std::optional<instant> first, last;
  std::optional<std::string> flaw; // "record 17 was changed", in words; none: all fit
  std::string digest;  // of the last record that fits: to be compared with one noted earlier
  std::string advice;  // what to do about the flaw, where there is more to say than that
  bool unread = false; // the flaw: its tables are not a ledger's, and were not read
};
result<verification>
verify(const std::filesystem::path&,
       const std::function<void(std::int64_t done, std::int64_t of)>& on_progress = {});

// Every record in order, without checking; for reading beside the writer.
result<void> read(const std::filesystem::path&, const std::function<void(const record&)>&);

} // namespace ovhl::ledger
