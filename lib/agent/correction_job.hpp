// A correction as a job of the errand runner: its steps go through the door and onto the record.
#pragma once

#include "agent/door.hpp"
#include "agent/errand_runner.hpp"
#include "licensing/correction_goal.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace ovhl::agent {

// What all corrections share.
struct correction_hands {
  template <class T>
  using awaitable = boost::asio::awaitable<T>;

  agent::door& door;
  // Records the intent; its number comes once it is on disk. `note` records what came of it.
  std::function<awaitable<result<std::int64_t>>(licensing::intent)> record;
  std::function<awaitable<void>(std::int64_t intent, const licensing::correction&, licensing::note)>
      note;
  // Why it must not be sent; see objections.
  std::function<std::optional<licensing::correction_state>(
      const licensing::place&, const std::string& judged_by, bool canceled)>
      objection;
  std::function<void(const licensing::vm_key&, const licensing::correction_state&)> changed;
  std::function<void(const licensing::correction&, const errand::ask::finish&,
                     const licensing::correction_state&)>
      finished;
  std::function<void(const licensing::vm_key&, const licensing::correction_state&)> let_go;
};

// Whether a request may have left whose task is not known yet: meanwhile any task seen in its place
// may be its own. The door counts such requests.
class unknown_task {
 public:
  unknown_task(door& d, const licensing::place& where) : door_(d), where_(where) {}
  void set(bool now);

 private:
  door& door_;
  const licensing::place& where_;
  bool counted_ = false;
};

class correction_job final : public errand_job {
 public:
  using goal = std::shared_ptr<const licensing::correction_goal>;

  correction_job(correction_hands&, goal, errand::course, std::int64_t intent = 0);

  awaitable<event> find() override;
  awaitable<event> look(bool before) override;
  awaitable<event> record(errand::note) override;
  awaitable<event> send(std::function<void()> leaves) override;
  awaitable<event> follow(std::int64_t task) override;

  bool may_begin() override;
  void canceled() override;
  void changed() override;
  void finished(const errand::ask::finish&) override;
  void left() override { unknown_.set(false); }
  std::string name() const override;

  const licensing::correction& what() const noexcept { return goal_->wanted().what; }
  licensing::correction_state state() const;

 private:
  std::optional<licensing::correction_state> objection() const;

  correction_hands& hands_;
  goal goal_;
  std::int64_t intent_; // its number in the ledger; 0: not recorded yet
  looked_at looked_;
  bool has_task_ = false; // it is known
  unknown_task unknown_;
};

} // namespace ovhl::agent
