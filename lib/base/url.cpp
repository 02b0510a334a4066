#include "base/url.hpp"

#include "base/text.hpp"
#include "base/whole_number.hpp"
#include "base/wrong.hpp"

#include <boost/url/authority_view.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/grammar/lut_chars.hpp>
#include <boost/url/ipv4_address.hpp>
#include <boost/url/ipv6_address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace ovhl {

namespace {

constexpr const char* not_loopback = "plain http is allowed only for a loopback address; use https";

error refused(std::string message) { return wrong({}, std::move(message)); }

// A host name never needs %xx.
bool host_name(std::string_view host) {
  return std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' ||
           c == ':';
  });
}

// Boost.URL 1.81 takes 99999 for a port.
bool port_right(std::string_view port) {
  const auto number = whole_number(port).value_or(0);
  return number >= 1 && number <= 65535;
}

} // namespace

std::string url::authority() const {
  const bool v6 = host.find(':') != std::string::npos;
  const bool usual_port = port == (tls ? "443" : "80");
  return fmt::format("{}{}{}{}{}", v6 ? "[" : "", host, v6 ? "]" : "", usual_port ? "" : ":",
                     usual_port ? "" : port);
}

std::string url::text() const {
  return fmt::format("{}://{}{}", tls ? "https" : "http", authority(), target);
}

result<url> parse_url(std::string_view text) {
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed) return refused("not a URL");
  const boost::urls::url_view& u = *parsed;
  // Boost.URL 1.81 reads "127.0.0.1.example.org" as an address and the path ".example.org"; 1.83
  // reads a host.
  const std::string_view path(u.encoded_path().data(), u.encoded_path().size());
  if (!path.empty() && path.front() != '/')
    return refused(u.scheme() == "http" ? not_loopback : "not a URL");
  if (u.scheme() != "https" && u.scheme() != "http") return refused("not an https URL");
  if (u.has_userinfo()) return refused("the URL must not contain a user or a password");
  if (u.has_query() || u.has_fragment()) return refused("the URL must end with its path");
  if (u.host_address().empty() || u.host_type() == boost::urls::host_type::ipvfuture)
    return refused("the URL names no host");
  if (u.has_port() && !port_right(u.port())) return refused("the URL's port is invalid");

  url out;
  out.tls = u.scheme() == "https";
  out.host = lowered(u.host_address());
  if (!host_name(out.host)) return refused("the URL's host is invalid");
  if (!out.tls && !is_loopback(out.host)) return refused(not_loopback);
  out.port = u.has_port() ? std::to_string(u.port_number()) : out.tls ? "443" : "80";
  out.target = path;
  while (!out.target.empty() && out.target.back() == '/')
    out.target.pop_back();
  return out;
}

bool is_loopback(std::string_view host) {
  if (const auto v4 = boost::urls::parse_ipv4_address(host)) return v4->is_loopback();
  if (const auto v6 = boost::urls::parse_ipv6_address(host)) return v6->is_loopback();
  return equal_ignoring_case(host, "localhost");
}

std::optional<std::string> host_before_port(std::string_view text) {
  const auto parsed = boost::urls::parse_authority(text);
  if (!parsed || parsed->has_userinfo() || !port_right(parsed->port())) return std::nullopt;
  return parsed->host_address();
}

std::string percent_encoded(std::string_view text, const char* kept) {
  const auto as_is = boost::urls::unreserved_chars + boost::urls::grammar::lut_chars(kept);
  return boost::urls::encode(text, as_is); // sized beforehand: a secret leaves no copies behind
}

} // namespace ovhl
