// One request of an account on its way: its turn within the budget, a connection, its head with
// proof of who asks, and what came of it, as a try that failed or not. Who tries again is client.
#pragma once

#include "ovh/client/api_error.hpp"
#include "ovh/client/api_time.hpp"
#include "ovh/client/authorization.hpp"
#include "ovh/client/backoff.hpp"
#include "ovh/client/budget.hpp"
#include "ovh/client/client.hpp"
#include "ovh/http/pool.hpp"
#include "ovh/http/request_head.hpp"
#include "ovh/http/tls.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ovhl::ovh {

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

failed_try final_failure(failure, std::string message, std::string advice = {});

class sender {
 public:
  using outcome = std::optional<failed_try>; // nothing: it went well

  sender(boost::asio::any_io_executor, loop::clock&, client_options);

  const client_options& options() const noexcept { return options_; }
  loop::clock& clock() const noexcept { return clock_; }
  const counters& counted() const noexcept { return counted_; }
  budget& pace() noexcept { return pace_; }
  authorization& who() noexcept { return who_; }
  wait_note::list& waits() noexcept { return waits_; } // those that wait longest first
  // A mistake in the options that makes every request vain.
  const std::optional<error>& unusable() const noexcept { return unusable_; }
  // OVHcloud's time, by the last answer that said it; and when the last good answer came.
  const std::optional<api_time>& told() const noexcept { return told_; }
  void learn_time(api_time);
  loop::steady_point good_answer() const noexcept { return good_answer_; }

  // What every request needs before it is written.
  boost::asio::awaitable<outcome> line_and_turn(loop::steady_point deadline, pool::lease& line,
                                                waiting&);
  std::optional<error> write(std::string& message, std::string_view method, const request&) const;
  boost::asio::awaitable<void> exchange(pool::slot&, json_reader& body, bool repeatable,
                                        std::chrono::nanoseconds limit, reply& got);
  void count(const reply&);

  boost::asio::awaitable<outcome> get(const request&, json_reader& body,
                                      loop::steady_point deadline, answer& out, waiting&);
  // The token that OAuth2 credentials are exchanged for.
  boost::asio::awaitable<outcome> fetch_token(loop::steady_point deadline);

  // What came instead of a good answer, as a try that failed.
  failed_try failed(reply, refusal, error (*explained)(const refusal&) = api_error) const;
  error located(error, std::string_view method, std::string_view what) const;

 private:
  boost::asio::awaitable<outcome> turn(loop::steady_point deadline, waiting&);
  void begin(request_head&, std::string_view method, const url&, std::string_view path) const;
  std::chrono::nanoseconds time_for_one(loop::steady_point deadline) const;
  instant api_now(const reply&) const;

  boost::asio::any_io_executor executor_;
  loop::clock& clock_;
  client_options options_;
  std::optional<error> unusable_;
  tls_settings tls_;
  pool connections_;
  budget pace_;
  authorization who_;
  std::optional<api_time> told_;
  counters counted_;
  wait_note::list waits_;
  loop::steady_point good_answer_{};
};

} // namespace ovhl::ovh
