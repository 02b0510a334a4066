// The headers of an authenticated request. Pure.
#pragma once

#include "ovh/credentials/credentials.hpp"
#include "ovh/http/request_head.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace ovhl::ovh {

// `$1$` and the SHA-1 of secret+consumer key+METHOD+URL+body+timestamp. `base` and `path` together
// are the URL.
std::string signature(const application_credentials&, std::string_view method,
                      std::string_view base, std::string_view path, std::string_view body,
                      std::int64_t api_time);

// The same as headers.
void append_signature(request_head&, const application_credentials&, std::string_view method,
                      std::string_view base, std::string_view path, std::string_view body,
                      std::int64_t api_time);
void append_bearer(request_head&, const secret& token);

} // namespace ovhl::ovh
