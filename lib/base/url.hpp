// The URLs that this program accepts: https, or http to this machine, with a host, an optional port
// and a path. Boost.URL parses them; no host name is resolved.
#pragma once

#include "base/error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ovhl {

struct url {
  bool tls = true;
  std::string host; // in lower case, without brackets
  std::string port;
  std::string target; // path without a trailing slash, "/1.0"

  std::string authority() const; // as in a Host header: no default port, IPv6 in brackets
  std::string text() const;      // the whole, as the signature needs it
};

// https, or plain http to a loopback address (127.0.0.0/8, ::1, localhost); anything else is
// refused with the reason.
result<url> parse_url(std::string_view);

// "localhost", 127.0.0.0/8 and ::1 without brackets.
bool is_loopback(std::string_view host);
// The host of "host:port", without brackets; the port must be 1 to 65535.
std::optional<std::string> host_before_port(std::string_view);

// Encodes everything but RFC 3986's unreserved characters and those in `kept`.
std::string percent_encoded(std::string_view, const char* kept = "");

} // namespace ovhl
