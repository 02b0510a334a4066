// Where an OVHcloud API is: by name (ovh-eu, ovh-ca, ovh-us) or by URL.
#pragma once

#include "base/error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ovhl::ovh {

struct url {
  bool tls = true;
  std::string host; // without brackets
  std::string port;
  std::string target; // path without a trailing slash, "/1.0"

  std::string authority() const; // as in a Host header: no default port, IPv6 in brackets
  std::string text() const;      // the whole, as the signature needs it
};

// https, or plain http to a loopback address (127.0.0.0/8, ::1, localhost); anything else is
// refused with the reason.
result<url> parse_url(std::string_view);

struct endpoint {
  std::string name; // as written in the configuration: the section of ovh.conf
  url base;
  std::optional<url> token; // where OAuth2 tokens come from
};

result<endpoint> find_endpoint(std::string_view name_or_url,
                               const std::optional<std::string>& oauth2_token_url);

} // namespace ovhl::ovh
