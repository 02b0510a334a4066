// What OVHcloud must be asked before corrections may start: whether licenses can be set on each
// service, and the time.
#pragma once

#include "agent/accounts.hpp"
#include "agent/surveyed.hpp"
#include "loop/clock.hpp"

#include <boost/asio/awaitable.hpp>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ovhl::agent {

struct admission_answers {
  // Where licenses cannot be set, by account and service, with the reason.
  std::map<std::pair<std::string, std::string>, std::string> not_activated;
  std::map<std::string, std::string> no_time; // accounts whose time is not known, with the reason
  std::vector<error> problems;
};

class admission_questions {
 public:
  admission_questions(const loop::clock& clock, const accounts& clients)
      : clock_(clock), clients_(clients) {}

  // About what is due and allowed.
  boost::asio::awaitable<admission_answers> ask(std::shared_ptr<const surveyed>);

 private:
  boost::asio::awaitable<void> ask_services(const surveyed&, admission_answers&);
  boost::asio::awaitable<void> ask_time(const surveyed&, admission_answers&);

  const loop::clock& clock_;
  const accounts& clients_;
  // Services where licenses can be set, and until when that is believed.
  std::map<std::pair<std::string, std::string>, loop::steady_point> activated_;
};

} // namespace ovhl::agent
