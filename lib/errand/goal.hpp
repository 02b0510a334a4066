// What an errand is to reach. Corrections, orders and payments each have a goal; the course is the
// same for all of them. A new kind needs a goal in its own room, and a job and a door in lib/agent.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ovhl::errand {

class goal {
 public:
  virtual ~goal() = default;

  // Whether what was found is what the request asks for. Null: there is none.
  virtual bool is_reached(const std::optional<std::string>& found) const = 0;

  // For people. `found`: "'windows 2019 Standard' is declared".
  virtual std::string in_words(const std::optional<std::string>& found) const = 0;
  struct words {
    std::string_view object;  // what is looked at: "the VM"
    std::string_view trace;   // "task"
    std::string_view reached; // "the license is as requested"
  };
  virtual words nouns() const = 0;

 protected:
  goal() = default;
  goal(const goal&) = default;
  goal& operator=(const goal&) = default;
};

} // namespace ovhl::errand
