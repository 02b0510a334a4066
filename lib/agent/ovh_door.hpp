// The door to OVHcloud for corrections, over the API's calls.
#pragma once

#include "agent/accounts.hpp"
#include "agent/door.hpp"
#include "agent/looks.hpp"
#include "config/policy_file.hpp"
#include "licensing/other_hand.hpp"

#include <functional>
#include <memory>

namespace ovhl::agent {

class ovh_door final : public door {
 public:
  struct parts {
    loop::clock& clock;
    const agent::accounts& accounts;
    std::function<std::shared_ptr<const config::policy_file>()> policy; // in force now
    std::function<void(licensing::sign_of_others)> saw;
  };
  explicit ovh_door(parts with) : parts_(std::move(with)), looks_(parts_.clock) {}

  awaitable<event> find(const licensing::correction&, looked_at&, bool sent) override;
  awaitable<event> look(const licensing::correction&, looked_at&, bool before) override;
  awaitable<event> send(const licensing::correction&, const looked_at&,
                        std::function<std::optional<error>()> last_word) override;
  awaitable<event> follow(const licensing::correction&, std::int64_t task) override;
  void unknown(const licensing::place& where, int more) override {
    looks_.tasks().unknown(where, more);
  }

  // A task of ours that an earlier run left.
  void ours(const licensing::place& where, std::int64_t task) { looks_.tasks().ours(where, task); }
  void forget_lists() { looks_.forget_lists(); } // once nothing is under way

 private:
  parts parts_;
  looks looks_;
};

} // namespace ovhl::agent
