// Turns a refusal by the API into an error, with the API's reason and our advice. Pure.
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace ovhl::ovh {

enum class credential_kind : std::uint8_t { application, oauth2, token };

// An answer that is not 2xx, and the request that it answers.
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

// Whether the API itself refused a change, so that nothing was changed: the status means a refusal,
// and the body is in the API's format. Another answer, such as a proxy's page, may have come after
// the request was passed on.
bool says_no(int status, std::string_view body);

// The error of a request for an OAuth2 token, which has a different format (RFC 6749, 5.2).
error token_error(const refusal&);

// Why the API refused a license, as far as advice depends on it. The API has no code for that, so
// this function alone reads its message.
enum class license_refusal : std::uint8_t { other, guest_os };
license_refusal license_refusal_of(const error&);

// Whether the API refused only because our clock is wrong.
bool out_of_time(const error&) noexcept;

} // namespace ovhl::ovh
