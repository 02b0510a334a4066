#include "config/address.hpp"

#include "base/text.hpp"
#include "base/whole_number.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace ovhl::config {

namespace {

// A decimal number without a sign, or -1.
std::int64_t decimal(std::string_view text) noexcept { return whole_number(text).value_or(-1); }

bool is_port(std::string_view text) noexcept {
  const std::int64_t port = decimal(text);
  return port >= 1 && port <= 65535;
}

bool is_ipv4(std::string_view text) noexcept {
  for (int part = 0; part < 4; ++part) {
    const auto end = part < 3 ? std::min(text.find('.'), text.size()) : text.size();
    const std::int64_t value = decimal(text.substr(0, end));
    if (value < 0 || value > 255) return false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return true;
}

bool is_ipv6(std::string_view text) noexcept {
  std::array<char, INET6_ADDRSTRLEN> address{};
  in6_addr parsed{};
  if (text.size() >= address.size()) return false;
  std::copy(text.begin(), text.end(), address.begin());
  return ::inet_pton(AF_INET6, address.data(), &parsed) == 1;
}

// What a host's name and a path consist of, as RFC 3986 has it; `more` besides.
bool is_plain(std::string_view text, std::string_view more = {}) noexcept {
  static constexpr std::string_view marks = "-._~!$&'()*+,;=", hex = "0123456789abcdefABCDEF";
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (letter(c) || (c >= '0' && c <= '9') || marks.find(c) != std::string_view::npos ||
        more.find(c) != std::string_view::npos)
      continue;
    const std::string_view code = text.substr(i + 1, 2);
    if (c != '%' || code.size() != 2 || code.find_first_not_of(hex) != std::string_view::npos)
      return false;
    i += 2;
  }
  return true;
}

bool is_host(std::string_view text) noexcept {
  if (!text.starts_with('[')) return !text.empty() && is_plain(text);
  return text.ends_with(']') && is_ipv6(text.substr(1, text.size() - 2));
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
  const auto slash = std::min(authority.find('/'), authority.size());
  const std::string_view path = authority.substr(slash);
  authority = authority.substr(0, slash);
  url_parts parts{url.substr(0, colon), {}, {}};
  const auto host_end = authority.starts_with('[') ? authority.find(']') : std::size_t{0};
  if (host_end == std::string_view::npos) return {};
  const auto port = authority.find(':', host_end);
  parts.host = authority.substr(0, port);
  if (port != std::string_view::npos) parts.port = authority.substr(port + 1);
  const bool right_port = port == std::string_view::npos || is_port(parts.port);
  return is_host(parts.host) && right_port && is_plain(path, "/:@") ? parts : url_parts{};
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
