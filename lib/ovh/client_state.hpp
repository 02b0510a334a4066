// What a client is inside, for the files it is written in: client.cpp asks, client_post.cpp
// changes, client_authentication.cpp fetches what both need.
#pragma once

#include "ovh/api_error.hpp"
#include "ovh/backoff.hpp"
#include "ovh/budget.hpp"
#include "ovh/client.hpp"
#include "json/json_reader.hpp"
#include "ovh/pool.hpp"
#include "ovh/proof.hpp"
#include "ovh/request_head.hpp"
#include "ovh/single_flight.hpp"
#include "ovh/tls.hpp"

#include <list>
#include <random>

namespace ovhl::ovh {

namespace asio = boost::asio;
using asio::awaitable;
using loop::steady_point;

// What one request waits for, noted as long as it does.
class wait_note {
 public:
  using list = std::list<waiting>;
  wait_note(list& all, waiting what) : all_(all), at_(all.insert(all.end(), std::move(what))) {}
  ~wait_note() { all_.erase(at_); }
  wait_note(const wait_note&) = delete;
  wait_note& operator=(const wait_note&) = delete;
  waiting* operator->() const noexcept { return &*at_; }
  waiting& operator*() const noexcept { return *at_; }

 private:
  list& all_;
  list::iterator at_;
};

struct client::state {
  state(asio::any_io_executor e, loop::clock& c, client_options o);

  awaitable<result<answer>> get(request, json_reader& body, steady_point deadline);
  awaitable<single_flight::outcome> one_try(const request&, json_reader& body,
                                            steady_point deadline, answer& out, waiting&);
  awaitable<std::optional<error>> next_try(failed_try, int tries, steady_point deadline);

  // `got` is the caller's, so that it says after a cancellation too whether anything was sent.
  awaitable<posted> post(request, json_reader& body, steady_point deadline, reply& got);
  awaitable<std::optional<error>> get_ready(const request&, steady_point deadline);
  awaitable<single_flight::outcome> line_and_turn(steady_point deadline, pool::lease& line,
                                                  waiting&);
  posted outcome_of(reply, const request&, std::uint64_t edition);
  awaitable<single_flight::outcome> prepare(steady_point deadline);
  awaitable<single_flight::outcome> fetch_time(steady_point deadline);
  awaitable<single_flight::outcome> fetch_token(steady_point deadline);
  awaitable<single_flight::outcome> turn(steady_point deadline, waiting&);

  static failed_try final_failure(failure, std::string message, std::string advice = {});
  void begin(request_head&, std::string_view method, const url&, std::string_view path) const;
  std::chrono::nanoseconds time_for_one(steady_point deadline) const;
  std::optional<error> write(std::string& message, std::string_view method, const request&) const;
  awaitable<void> exchange(pool::slot&, json_reader& body, bool repeatable,
                           std::chrono::nanoseconds limit, reply& got);
  void count(const reply&);
  instant api_now(const reply&) const;
  failed_try failed(reply, refusal, error (*explained)(const refusal&) = api_error) const;
  error located(error, std::string_view method, std::string_view what) const;
  error canceled(std::string_view method, std::string_view path) const;

  asio::any_io_executor executor;
  loop::clock& clock;
  client_options options;
  std::string base;              // the endpoint's URL, as signatures need it
  std::optional<error> unusable; // a mistake in the options that makes every request vain
  tls_settings tls;
  pool connections;
  budget pace;
  proof who;
  std::optional<api_time> told; // by the last answer that said it
  single_flight authentication;
  ovh::counters counted;
  wait_note::list waits;      // those that wait longest first
  steady_point good_answer{}; // when the last came
  std::minstd_rand chance;
};

} // namespace ovhl::ovh
