// A chronicle over SQLite for tests that wait for each call.
#pragma once

#include "ledger/chronicle.hpp"
#include "ledger/sqlite/journal.hpp"
#include "support/waited_for.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace ovhl::ledger::testing {

using test::waited_for;

// What somebody else owns, and keeps.
template <class T>
std::shared_ptr<const T> borrowed(const T& what) {
  return {std::shared_ptr<const T>(), &what};
}

class waited_chronicle {
 public:
  static boost::system::result<std::unique_ptr<waited_chronicle>, open_failure>
  open(const std::filesystem::path& path, const writer& by, instant now,
       const std::optional<left_over>& left = std::nullopt) {
    auto mine = std::make_unique<waited_chronicle>();
    sqlite_engine files(mine->loop_.get_executor(), path);
    const auto rest = left ? std::make_shared<left_over>(*left) : nullptr;
    auto opened = mine->wait(chronicle::open(files, by, now, rest));
    if (!opened) return std::move(opened).error();
    mine->it_ = std::move(*opened);
    return mine;
  }

  result<void> policy(policy_body p, instant now) { return wait(it_->policy(std::move(p), now)); }
  result<void> poll(const licensing::inventory& seen, const licensing::decisions& decided,
                    const licensing::policy& policy, instant now, std::chrono::seconds silence) {
    poll_result all{borrowed(seen), borrowed(decided), borrowed(policy)};
    return wait(it_->poll(std::move(all), now, silence));
  }
  result<std::vector<std::int64_t>> intents(std::span<const licensing::intent> wanted,
                                            instant now) {
    std::vector<licensing::intent> all(wanted.begin(), wanted.end());
    return wait(it_->intents(std::move(all), now));
  }
  void note(std::int64_t intent, const licensing::correction& of, const licensing::note& what,
            instant now) {
    it_->keep(chronicle::new_record_of(intent, of, what, now));
    [[maybe_unused]] const auto tried = flush(); // unwritten() tells
  }
  result<void> flush() { return wait(it_->flush()); }
  std::optional<error> unwritten() const { return it_->unwritten(); }
  bool in_place() { return wait(it_->in_place()); }
  left_over leave() { return it_->leave(); }
  result<void> stop(instant now) { return wait(it_->stop(now)); }

  const ledger::history& history() const noexcept { return it_->history(); }
  const ledger::head& head() const noexcept { return it_->head(); }
  const std::optional<witness>& witnessed() const noexcept { return it_->witnessed(); }

 private:
  template <class T>
  T wait(boost::asio::awaitable<T> what) {
    return waited_for(loop_, std::move(what));
  }

  boost::asio::io_context loop_{1};
  std::unique_ptr<chronicle> it_;
};

} // namespace ovhl::ledger::testing
