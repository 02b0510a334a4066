// What all requests of a client share: options and credentials, the budget, OVHcloud's time, and
// what is counted and waited for.
#pragma once

#include "ovh/client/api_error.hpp"
#include "ovh/client/api_time.hpp"
#include "ovh/client/authorization.hpp"
#include "ovh/client/backoff.hpp"
#include "ovh/client/budget.hpp"
#include "ovh/client/client.hpp"
#include "ovh/http/reply.hpp"
#include "ovh/http/tls.hpp"

#include <chrono>
#include <list>
#include <optional>
#include <string_view>

namespace ovhl::ovh {

struct client_parts {
  client_parts(loop::clock&, client_options);

  loop::clock& clock;
  client_options options;
  tls_settings tls;
  std::optional<error> unusable; // a mistake in the options that makes every request fail
  authorization who;             // has the options' credentials
  budget pace;
  std::optional<api_time> reported_time; // by the last answer that contained it
  loop::steady_point good_answer{};      // when the last good answer came
  counters counted;
  std::list<waiting> waits; // the longest first

  // The time that one request may take.
  std::chrono::nanoseconds time_for_one(loop::steady_point deadline) const;
  // Adds account and request to an error, and removes the account's secrets from it.
  error located(error, std::string_view method, std::string_view what) const;
  // Explains a reply that is not a good answer.
  failed_try failed(reply, refusal, error (*explain)(const refusal&) = api_error) const;
};

// Keeps a request in `waits` as long as it waits.
class wait_note {
 public:
  wait_note(client_parts&, const url& asked);
  ~wait_note();
  wait_note(const wait_note&) = delete;
  wait_note& operator=(const wait_note&) = delete;
  waiting* operator->() const noexcept { return &*at_; }
  waiting& operator*() const noexcept { return *at_; }

 private:
  std::list<waiting>& all_;
  std::list<waiting>::iterator at_;
};

} // namespace ovhl::ovh
