// The address of an OVHcloud API, given as a name (ovh-eu, ovh-ca, ovh-us) or a URL.
#pragma once

#include "base/url.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ovhl::ovh {

struct endpoint {
  std::string name; // as written in the configuration: the section of ovh.conf
  url base;
  std::optional<url> token; // where OAuth2 tokens come from
};

result<endpoint> find_endpoint(std::string_view name_or_url,
                               const std::optional<std::string>& oauth2_token_url);

} // namespace ovhl::ovh
