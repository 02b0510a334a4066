#include "agent/ledger_access.hpp"

#include <utility>

namespace ovhl::agent {

using boost::asio::awaitable;

ledger_access::ledger_access(const loop::clock& clock, std::shared_ptr<ledger::engine> engine,
                             ledger::writer by)
    : clock_(clock), engine_(std::move(engine)), by_(std::move(by)) {}

const ledger::history& ledger_access::history() const noexcept {
  static const ledger::history nothing;
  return chronicle_ ? chronicle_->history() : nothing;
}

std::optional<ledger::witness> ledger_access::witnessed() const {
  return chronicle_ ? chronicle_->witnessed() : std::nullopt;
}

awaitable<bool> ledger_access::try_to_open() {
  if (chronicle_) {
    const bool in_place = co_await chronicle_->in_place();
    if (in_place) co_return false;
    const auto old = std::exchange(chronicle_, nullptr); // from now on, notes go to left_
    left_ = std::make_shared<ledger::left_over>(old->leave());
    co_await old->close();
  }
  auto opened = co_await ledger::chronicle::open(*engine_, by_, clock_.wall(), left_);
  refused_ = opened ? std::nullopt : std::optional(opened.error());
  if (refused_) {
    problem_ = refused_->why;
    co_return false;
  }
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
  problem_ = chronicle_->unwritten();
  co_return true;
}

awaitable<void> ledger_access::end(bool return_later) {
  if (!chronicle_) co_return;
  result<void> done = co_await write_kept(*chronicle_);
  if (done) done = co_await chronicle_->stop(clock_.wall());
  problem_ = problem_after(done, *chronicle_);
  const auto old = std::exchange(chronicle_, nullptr);
  if (return_later) {
    left_ = std::make_shared<ledger::left_over>(old->leave());
    left_->waiting.clear();
  }
  co_await old->close();
}

void ledger_access::keep(ledger::new_record e) {
  if (chronicle_)
    chronicle_->keep(std::move(e));
  else if (left_)
    left_->waiting.push_back(std::move(e));
}

bool ledger_access::set_problem(std::optional<error> now) {
  const bool before = std::exchange(problem_, std::move(now)).has_value();
  return before && !problem_;
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
