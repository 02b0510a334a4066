#include "ovh/client/endpoint.hpp"

#include "base/text.hpp"
#include "base/wrong.hpp"

#include <fmt/format.h>

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

} // namespace

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
      return wrong({}, fmt::format("unknown endpoint '{}'{}", printable(name_or_url),
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
