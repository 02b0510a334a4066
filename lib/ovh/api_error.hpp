// Turns a refusal by the API into an error: the reason in the API's words, the advice in ours.
// Pure.
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace ovhl::ovh {

enum class credential_kind : std::uint8_t { application, oauth2, token };

// An answer that is not 2xx, and the question it answers.
struct refusal {
  int status = 0;
  std::string query_id;
  std::string body;     // its beginning is enough
  std::string location; // of a redirect
  std::string_view method = "GET";
  std::string_view path; // below the endpoint
  credential_kind asked_with = credential_kind::application;
};

// The error, without its `where`.
error api_error(const refusal&);

// Whether an answer is the API's own no to a change, after which nothing was changed: one of the
// statuses it says no with, and a body as it writes them. Anything else, a page of some front end
// above all, may have come after the request was passed on.
bool says_no(int status, std::string_view body);

// The answer to a request for an OAuth2 token, whose errors have a form of their own (RFC
// 6749, 5.2).
error token_error(const refusal&);

// Why the API refuses a license, where that decides what is advised. It has no code for this, so
// its words must do; they are read here and nowhere else.
enum class license_refusal : std::uint8_t { other, guest_os };
license_refusal license_refusal_of(const error&);

// Whether the API only found our clock wrong.
bool out_of_time(const error&) noexcept;

} // namespace ovhl::ovh
