#include "ovh/endpoint.hpp"

#include "base/text.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ovhl::ovh {

namespace {

struct known_endpoint {
  std::string_view name, base, token;
};
constexpr std::array<known_endpoint, 3> known_endpoints{{
    {"ovh-eu", "https://eu.api.ovh.com/1.0", "https://www.ovh.com/auth/oauth2/token"},
    {"ovh-ca", "https://ca.api.ovh.com/1.0", "https://ca.ovh.com/auth/oauth2/token"},
    {"ovh-us", "https://api.us.ovhcloud.com/1.0", "https://us.ovhcloud.com/auth/oauth2/token"},
}};

error refused(std::string message) {
  error e;
  e.message = std::move(message);
  return e;
}

// What %xx in a URL may stand for is no part of any host's name.
bool host_name(std::string_view host) {
  return std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' ||
           c == ':';
  });
}

bool loopback(const std::string& host) {
  boost::system::error_code is_name;
  const auto address = boost::asio::ip::make_address(host, is_name);
  return is_name ? host == "localhost" : address.is_loopback();
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
  const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
  if (!parsed) return refused("not a URL");
  const boost::urls::url_view& u = *parsed;
  // Boost.URL 1.81 reads "127.0.0.1.example.org" as an address and the path ".example.org".
  const std::string_view path(u.encoded_path().data(), u.encoded_path().size());
  if (!path.empty() && path.front() != '/') return refused("not a URL");
  if (u.scheme() != "https" && u.scheme() != "http") return refused("not an https URL");
  if (u.has_userinfo()) return refused("the URL must not contain a user or a password");
  if (u.has_query() || u.has_fragment()) return refused("the URL must end with its path");
  if (u.host_address().empty() || u.host_type() == boost::urls::host_type::ipvfuture)
    return refused("the URL names no host");
  if (u.has_port() && u.port_number() == 0) return refused("the URL's port is invalid");

  url out;
  out.tls = u.scheme() == "https";
  out.host = lowered(u.host_address());
  if (!host_name(out.host)) return refused("the URL's host is invalid");
  if (!out.tls && !loopback(out.host))
    return refused("plain http is allowed only for a loopback address; use https");
  out.port = u.has_port() ? std::to_string(u.port_number()) : out.tls ? "443" : "80";
  out.target = path;
  while (!out.target.empty() && out.target.back() == '/')
    out.target.pop_back();
  return out;
}

result<endpoint> find_endpoint(std::string_view name_or_url,
                               const std::optional<std::string>& oauth2_token_url) {
  endpoint out;
  out.name = std::string(name_or_url);
  std::string_view base = name_or_url;
  std::string_view token = oauth2_token_url ? std::string_view(*oauth2_token_url) : "";
  if (base.find("://") == std::string_view::npos) {
    std::array<std::string_view, known_endpoints.size()> names;
    base = {};
    for (std::size_t i = 0; i < known_endpoints.size(); ++i) {
      const known_endpoint& known = known_endpoints[i];
      names[i] = known.name;
      if (known.name != name_or_url) continue;
      base = known.base;
      if (token.empty()) token = known.token;
    }
    if (base.empty())
      return refused(fmt::format("unknown endpoint '{}'{}", printable(name_or_url),
                                 did_you_mean(name_or_url, names)));
  }
  const auto named = [](error e, std::string_view what) {
    e.where = what;
    return e;
  };
  auto base_url = parse_url(base);
  if (!base_url) return named(base_url.error(), "endpoint");
  out.base = std::move(*base_url);
  if (!token.empty()) {
    auto token_url = parse_url(token);
    if (!token_url) return named(token_url.error(), "oauth2_token_url");
    out.token = std::move(*token_url);
  }
  return out;
}

} // namespace ovhl::ovh
