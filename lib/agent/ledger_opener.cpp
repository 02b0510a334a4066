#include "agent/ledger_opener.hpp"

#include <utility>

namespace ovhl::agent {

using boost::asio::awaitable;

ledger_opener::ledger_opener(const loop::clock& clock, std::shared_ptr<ledger::engine> engine,
                             ledger::writer by)
    : clock_(clock), engine_(std::move(engine)), by_(std::move(by)) {}

awaitable<bool> ledger_opener::try_to_open() {
  if (chronicle_) {
    const bool in_place = co_await chronicle_->in_place();
    if (in_place) co_return false;
    const auto old = std::exchange(chronicle_, nullptr); // from now on, keep() uses left_
    left_ = std::make_shared<ledger::left_over>(old->leave());
    co_await old->close();
  }
  auto opened = co_await ledger::chronicle::open(*engine_, by_, clock_.wall(), left_);
  refused_ = opened ? std::nullopt : std::optional(opened.error());
  if (refused_) co_return false;
  const auto keep_all = [&] {
    for (ledger::new_record& e : std::exchange(left_->waiting, {}))
      (*opened)->keep(std::move(e));
  };
  bool written = true;
  while (left_ && !left_->waiting.empty() && written) { // what came while it was being opened
    keep_all();
    written = (co_await (*opened)->flush()).has_value();
  }
  if (left_) keep_all();
  left_.reset();
  chronicle_ = std::move(*opened);
  co_return true;
}

awaitable<result<void>> ledger_opener::close(bool return_later) {
  if (!chronicle_) co_return result<void>();
  result<void> done = co_await write_kept(*chronicle_);
  if (done) done = co_await chronicle_->stop(clock_.wall());
  const auto old = std::exchange(chronicle_, nullptr);
  if (return_later) {
    left_ = std::make_shared<ledger::left_over>(old->leave());
    left_->waiting.clear();
  }
  co_await old->close();
  co_return done;
}

void ledger_opener::keep(ledger::new_record e) {
  if (chronicle_)
    chronicle_->keep(std::move(e));
  else if (left_)
    left_->waiting.push_back(std::move(e));
}

awaitable<result<void>> write_kept(ledger::chronicle& to) {
  result<void> done;
  do
    done = co_await to.flush();
  while (done && to.waits());
  co_return done;
}

std::optional<error> problem_after(const result<void>& written, const ledger::chronicle& to) {
  return written ? to.unwritten() : std::optional(written.error());
}

} // namespace ovhl::agent
