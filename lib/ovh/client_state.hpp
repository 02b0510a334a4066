// What a client is inside, for the two files it is written in: client.cpp asks,
// client_authentication.cpp fetches what asking needs.
#pragma once

#include "ovh/api_error.hpp"
#include "ovh/backoff.hpp"
#include "ovh/budget.hpp"
#include "ovh/client.hpp"
#include "ovh/json_reader.hpp"
#include "ovh/pool.hpp"
#include "ovh/proof.hpp"
#include "ovh/single_flight.hpp"
#include "ovh/tls.hpp"

#include <random>

namespace ovhl::ovh {

namespace asio = boost::asio;
using asio::awaitable;
using loop::steady_point;

struct client::state {
  state(asio::any_io_executor e, loop::clock& c, client_options o);

  awaitable<result<answer>> get(request, json_reader& body, steady_point deadline);
  awaitable<single_flight::outcome> one_try(const request&, json_reader& body,
                                            steady_point deadline, answer& out);
  awaitable<single_flight::outcome> prepare(steady_point deadline);
  awaitable<single_flight::outcome> fetch_time(steady_point deadline);
  awaitable<single_flight::outcome> fetch_token(steady_point deadline);
  awaitable<single_flight::outcome> turn(steady_point deadline);

  static failed_try final_failure(failure, std::string message, std::string advice = {});
  std::string head_for(const url&) const; // the constant part of a request's
  std::chrono::nanoseconds time_for_one(steady_point deadline) const;
  void write(std::string& message, const request&) const;
  void count(const reply&);
  failed_try failed(reply, refusal) const;
  error located(error, std::string_view method, std::string_view what) const;

  asio::any_io_executor executor;
  loop::clock& clock;
  client_options options;
  std::string base; // the endpoint's URL, as signatures need it
  std::string head;
  std::optional<error> unusable; // a mistake in the options that makes every request vain
  tls_settings tls;
  pool connections;
  budget pace;
  proof who;
  single_flight authentication;
  ovh::counters counted;
  std::minstd_rand chance;
};

} // namespace ovhl::ovh
