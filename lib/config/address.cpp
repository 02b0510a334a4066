#include "config/address.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <charconv>

namespace ovhl::config {

namespace {

// A decimal number without a sign, or -1.
int decimal(std::string_view text) noexcept {
  int value = 0;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto [rest, failed] = std::from_chars(begin, end, value);
  return failed == std::errc() && rest == end && value >= 0 ? value : -1;
}

bool is_port(std::string_view text) noexcept {
  const int port = decimal(text);
  return port >= 1 && port <= 65535;
}

bool is_ipv4(std::string_view text) noexcept {
  for (int part = 0; part < 4; ++part) {
    const auto end = part < 3 ? std::min(text.find('.'), text.size()) : text.size();
    const int value = decimal(text.substr(0, end));
    if (value < 0 || value > 255) return false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return true;
}

} // namespace

bool is_loopback(std::string_view host) noexcept {
  return equal_ignoring_case(host, "localhost") || host == "::1" || host == "[::1]" ||
         (host.starts_with("127.") && is_ipv4(host));
}

url_parts split_url(std::string_view url) noexcept {
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) return {};
  std::string_view authority = url.substr(colon + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  url_parts parts{url.substr(0, colon), {}, {}};
  const auto host_end = authority.starts_with('[') ? authority.find(']') : std::size_t{0};
  if (host_end == std::string_view::npos) return {};
  const auto port = authority.find(':', host_end);
  parts.host = authority.substr(0, port);
  if (port != std::string_view::npos) parts.port = authority.substr(port + 1);
  const bool user = authority.find('@') != std::string_view::npos;
  const bool wrong_port = port != std::string_view::npos && !is_port(parts.port);
  return parts.host.empty() || user || wrong_port ? url_parts{} : parts;
}

host_and_port split_host_and_port(std::string_view text) noexcept {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || !is_port(text.substr(colon + 1))) return {};
  const std::string_view host = text.substr(0, colon);
  // An IPv6 address without brackets would take its last group for the port.
  if (host.find(':') != std::string_view::npos && !host.starts_with('[')) return {};
  return {host, text.substr(colon + 1)};
}

} // namespace ovhl::config
