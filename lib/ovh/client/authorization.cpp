#include "ovh/client/authorization.hpp"

#include "base/url.hpp"
#include "ovh/client/signing.hpp"

#include <algorithm>

namespace ovhl::ovh {

namespace {

void take_out(std::string& text, std::string_view hidden) {
  if (hidden.size() < 4) return; // too short for a secret, and it would tear texts apart
  for (auto at = text.find(hidden); at != std::string::npos; at = text.find(hidden, at))
    text.replace(at, hidden.size(), "***");
}

} // namespace

authorization::authorization(credentials c) : credentials_(std::move(c)) {}

credential_kind authorization::kind() const noexcept {
  return static_cast<credential_kind>(credentials_.index()); // in the same order
}

bool authorization::ready(loop::steady_point now) const noexcept {
  switch (kind()) {
  case credential_kind::application: return time_.has_value();
  case credential_kind::oauth2: return token_ && now < renew_at_;
  case credential_kind::token: return true;
  }
  return true;
}

void authorization::append(request_head& head, std::string_view method, std::string_view base,
                           std::string_view path, std::string_view body,
                           loop::steady_point now) const {
  if (const auto* keys = std::get_if<application_credentials>(&credentials_)) {
    const instant time = time_ ? time_->now(now) : instant();
    append_signature(head, *keys, method, base, path, body, time.time_since_epoch().count());
  } else if (const auto* given = std::get_if<token_credentials>(&credentials_)) {
    append_bearer(head, given->access_token);
  } else if (token_) {
    append_bearer(head, *token_);
  }
}

std::size_t authorization::size() const noexcept {
  if (const auto* keys = std::get_if<application_credentials>(&credentials_))
    return keys->application_key.size() + keys->consumer_key.reveal().size();
  if (const auto* given = std::get_if<token_credentials>(&credentials_))
    return given->access_token.reveal().size();
  return token_ ? token_->reveal().size() : 0;
}

void authorization::learn_time(const api_time& t) {
  time_ = t;
  ++edition_;
}

void authorization::learn_token(secret token, std::chrono::seconds lives, loop::steady_point now) {
  token_ = std::move(token);
  // Early enough that the token is still valid when a request under way arrives.
  renew_at_ = now + lives - std::min<std::chrono::seconds>(std::chrono::minutes(1), lives / 10);
  ++edition_;
}

std::string authorization::token_form() const {
  const auto* who = std::get_if<oauth2_credentials>(&credentials_);
  if (who == nullptr) return {};
  std::string hidden = percent_encoded(who->client_secret.reveal());
  std::string out = "grant_type=client_credentials&scope=all&client_id=";
  out.reserve(out.size() + 3 * who->client_id.size() + hidden.size() + 16); // no copies left behind
  out.append(percent_encoded(who->client_id)).append("&client_secret=").append(hidden);
  wipe(hidden);
  return out;
}

bool authorization::renew_after(const error& e, std::uint64_t edition) {
  switch (kind()) {
  case credential_kind::application:
    if (!out_of_time(e)) return false;
    if (edition == edition_) time_.reset();
    return true;
  case credential_kind::oauth2:
    if (e.http_status != 401) return false;
    if (edition == edition_) token_.reset();
    return true;
  case credential_kind::token: return false;
  }
  return false;
}

void authorization::take_out_of(std::initializer_list<std::string*> texts) const {
  const auto hide = [&](const secret& s) {
    for (std::string* text : texts)
      take_out(*text, s.reveal());
  };
  if (const auto* keys = std::get_if<application_credentials>(&credentials_)) {
    hide(keys->application_secret);
    hide(keys->consumer_key);
  } else if (const auto* who = std::get_if<oauth2_credentials>(&credentials_)) {
    hide(who->client_secret);
  } else if (const auto* given = std::get_if<token_credentials>(&credentials_)) {
    hide(given->access_token);
  }
  if (token_) hide(*token_);
}

void authorization::redact(refusal& r) const { take_out_of({&r.body, &r.location, &r.query_id}); }

void authorization::redact(error& e) const {
  take_out_of({&e.message, &e.api_class, &e.api_code, &e.query_id, &e.advice});
}

} // namespace ovhl::ovh
