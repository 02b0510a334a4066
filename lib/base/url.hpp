// URLs as this program takes them: https, or http to this machine; a host, perhaps a port, a path.
// Boost.URL knows the grammar. No name is looked up.
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
// Of "host:port", the port being 1 to 65535; without brackets.
std::optional<std::string> host_before_port(std::string_view);

// Everything but RFC 3986's unreserved characters, and what is in `kept`.
std::string percent_encoded(std::string_view, const char* kept = "");

} // namespace ovhl
