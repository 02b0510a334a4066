// The engine for one machine: SQLite, on a thread of its own. As everywhere in a room within a
// room, names are in the outer room's namespace; those that every engine has begin with sqlite_.
#pragma once

#include "ledger/journal.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>

namespace ovhl::ledger {

class sqlite_engine final : public engine {
 public:
  sqlite_engine(boost::asio::any_io_executor loop, std::filesystem::path);

  boost::asio::awaitable<boost::system::result<opened_journal, open_failure>>
  open(holder, std::optional<witness> known) override;
  void give_up() noexcept override { *stop_ = true; }
  std::string place() const override { return path_.string(); }

 private:
  boost::asio::any_io_executor loop_;
  std::filesystem::path path_;
  std::shared_ptr<std::atomic<bool>> stop_ = std::make_shared<std::atomic<bool>>(false);
};

} // namespace ovhl::ledger
