// Where an address leads: enough to refuse plain http to anything but this machine.
#pragma once

#include <string_view>

namespace ovhl::config {

// "localhost", 127.0.0.0/8 and ::1 (in brackets or not); no name is looked up.
bool is_loopback(std::string_view host) noexcept;

// "http://host:port/path" in its parts; all empty if it is not exactly such a URL: a user, a query
// or a fragment have no place in it.
struct url_parts {
  std::string_view scheme, host, port;
};
url_parts split_url(std::string_view) noexcept;

// "host:port" and "[host]:port"; empty if it is not that. The port is 1 to 65535.
struct host_and_port {
  std::string_view host, port;
};
host_and_port split_host_and_port(std::string_view) noexcept;

} // namespace ovhl::config
