// Decides which corrections may start and may still be sent: gathers the circumstances for
// licensing::admit() and remembers what matters from one poll to the next.
#pragma once

#include "agent/accounts.hpp"
#include "agent/admission_questions.hpp"
#include "agent/ledger_access.hpp"
#include "agent/surveyed.hpp"
#include "licensing/guards.hpp"
#include "licensing/other_hand.hpp"
#include "loop/clock.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ovhl::agent {

struct admitted {
  licensing::due_corrections due; // those to begin are `running`
  std::vector<std::size_t> begin; // indexes into `due`; the longest due comes first
};

class admitter {
 public:
  struct parts {
    loop::clock& clock;
    const agent::accounts& accounts;
    const ledger_access& ledger;
    bool person = false; // a person asks, who may exceed guards of the policy
  };
  explicit admitter(parts with) : parts_(with) {}

  using states = std::map<licensing::vm_key, licensing::correction_state>;
  // The state of each correction due, and which of them may start.
  admitted admit(const std::shared_ptr<const surveyed>&, admission_answers,
                 const states& under_way);
  // These corrections start now.
  void begun(std::span<const licensing::correction>);
  // A correction was made on this VM.
  void made(const licensing::vm_key&);
  // A sign seen while making a correction; earlier ones are read from the ledger.
  void saw(licensing::sign_of_others);
  // The guard that holds this account, among those that can close between admission and request.
  std::optional<licensing::correction_state> held(const std::string& account) const;

  // Reads the ledger anew: another process had it.
  void learn_anew();

  // Problems that block a whole account or service, as of the last admit().
  const std::vector<error>& problems() const noexcept { return problems_; }

 private:
  void add_just_made(const surveyed&, states&) const;
  void learn_from_ledger(std::chrono::seconds interval);
  std::map<licensing::action, licensing::lately_begun> lately_begun(std::chrono::seconds interval);
  std::optional<std::string> clock_off(const account_client&) const;

  parts parts_;
  licensing::confirmations confirmations_;
  struct beginning {
    loop::steady_point at;
    licensing::action action;
  };
  std::deque<beginning> begun_;               // within the last interval; the oldest comes first
  std::map<licensing::vm_key, instant> made_; // corrected lately
  licensing::other_hand others_;
  bool learned_ = false; // the ledger has been read
  std::vector<error> problems_;
};

} // namespace ovhl::agent
