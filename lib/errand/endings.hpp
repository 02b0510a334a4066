// How an errand ends, with the words for people.
#pragma once

#include "base/error.hpp"
#include "errand/goal.hpp"
#include "errand/records.hpp"
#include "errand/sent_request.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace ovhl::errand {

// Why an errand ends before its intent is on record. It may begin again later.
struct setback {
  enum class cause : std::uint8_t {
    unreadable,  // a look failed
    others,      // somebody else has been at work on the same thing for too long
    no_turn,     // no request can leave while the look is fresh
    not_recorded // the record cannot be written
  };
  cause why{};
  std::optional<error> problem = {};       // with unreadable and not_recorded
  std::optional<std::int64_t> theirs = {}; // with others: their trace
};
std::string in_words(const setback&, const goal&);
// "task 7 (not ours) is running on the VM"
std::string others_in_words(std::int64_t theirs, bool still, const goal&);

ending plain(const past&, outcome, std::string message);
// Of a request whose answer is known, or lost:
ending unsent(const sent_request&);
ending reached(const sent_request&, const std::optional<std::string>& found);
ending not_reached(const sent_request&, const std::optional<std::string>& found);
ending vanished(const sent_request&);
ending unseen(const sent_request&, const error&); // it could not be read afterwards
// "the VM no longer exists"
std::string gone_in_words(const goal&);

} // namespace ovhl::errand
