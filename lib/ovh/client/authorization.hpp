// Authorizes requests: holds the keys and the API's time, or a token and its age, and makes headers
// of them. It has no clock and no network: authenticator fetches what is missing.
#pragma once

#include "base/error.hpp"
#include "loop/clock.hpp"
#include "ovh/client/api_error.hpp"
#include "ovh/client/api_time.hpp"
#include "ovh/credentials/credentials.hpp"
#include "ovh/http/request_head.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace ovhl::ovh {

class authorization {
 public:
  explicit authorization(credentials);

  credential_kind kind() const noexcept;
  // Nothing needs to be fetched before a request.
  bool ready(loop::steady_point now) const noexcept;
  // Adds the headers of a request.
  void append(request_head&, std::string_view method, std::string_view base, std::string_view path,
              std::string_view body, loop::steady_point now) const;

  std::size_t size() const noexcept; // how many bytes the secrets take in the headers

  // Application credentials: the API's time, from GET /auth/time.
  void learn_time(const api_time&);
  // OAuth2: a token that is valid for `lives` from `now` on.
  void learn_token(secret token, std::chrono::seconds lives, loop::steady_point now);
  std::string token_form() const; // the body of the request for one; holds the client's secret

  // Counts what was learned. If several requests are refused for the same reason, only the first
  // refusal discards what they used.
  std::uint64_t edition() const noexcept { return edition_; }
  // Whether a try with a new time or token may succeed; if so, discards the old one.
  bool renew_after(const error&, std::uint64_t edition);

  // Removes our secrets from texts from outside: from an answer before it is shortened, and from
  // the error made of it.
  void redact(refusal&) const;
  void redact(error&) const;

 private:
  void take_out_of(std::initializer_list<std::string*> texts) const;

  credentials credentials_;
  std::uint64_t edition_ = 0;
  std::optional<api_time> time_;
  std::optional<secret> token_;
  loop::steady_point renew_at_{};
};

} // namespace ovhl::ovh
