#include "ovh/signing.hpp"

#include "base/digest.hpp"

#include <fmt/format.h>

#include <iterator>

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

void append_signature(std::string& head, const application_credentials& who,
                      std::string_view method, std::string_view base, std::string_view path,
                      std::string_view body, std::int64_t api_time) {
  fmt::format_to(std::back_inserter(head),
                 "X-Ovh-Application: {}\r\nX-Ovh-Consumer: {}\r\nX-Ovh-Timestamp: {}\r\n"
                 "X-Ovh-Signature: {}\r\n",
                 who.application_key, who.consumer_key.reveal(), api_time,
                 signature(who, method, base, path, body, api_time));
}

void append_bearer(std::string& head, const secret& token) {
  head.append("Authorization: Bearer ").append(token.reveal()).append("\r\n");
}

} // namespace ovhl::ovh
