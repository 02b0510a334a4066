#include "ovh/client/signing.hpp"

#include "base/digest.hpp"

#include <fmt/format.h>

namespace ovhl::ovh {

std::string signature(const application_credentials& who, std::string_view method,
                      std::string_view base, std::string_view path, std::string_view body,
                      std::int64_t api_time) {
  const fmt::format_int time(api_time);
  return "$1$" + sha1({who.application_secret.reveal(),
                       "+",
                       who.consumer_key.reveal(),
                       "+",
                       method,
                       "+",
                       base,
                       path,
                       "+",
                       body,
                       "+",
                       {time.data(), time.size()}});
}

void append_signature(request_head& head, const application_credentials& who,
                      std::string_view method, std::string_view base, std::string_view path,
                      std::string_view body, std::int64_t api_time) {
  const fmt::format_int time(api_time);
  head.credential_field("X-Ovh-Application", "", who.application_key, "application_key");
  head.credential_field("X-Ovh-Consumer", "", who.consumer_key.reveal(), "consumer_key");
  head.field("X-Ovh-Timestamp", {time.data(), time.size()});
  head.field("X-Ovh-Signature", signature(who, method, base, path, body, api_time));
}

void append_bearer(request_head& head, const secret& token) {
  head.credential_field("Authorization", "Bearer ", token.reveal(), "the access token");
}

} // namespace ovhl::ovh
