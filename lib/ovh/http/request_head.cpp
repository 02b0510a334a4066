#include "ovh/http/request_head.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ovhl::ovh {

bool plain_value(std::string_view value) noexcept {
  return std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c < '\x7F'; });
}

void request_head::check(bool right, std::string_view named) {
  if (!right && refused_.empty()) refused_ = fitted(printable(named), 60);
}

void request_head::begin(std::string_view method, std::string_view base, std::string_view path) {
  const std::string_view first = base.empty() ? path : base;
  check(plain_value(method), "the method");
  check(first.starts_with('/') && plain_value(base) && plain_value(path), "the path");
  to_.append(method).append(" ").append(base).append(path).append(" HTTP/1.1\r\n");
}

void request_head::field(std::string_view name, std::string_view value) {
  const bool text =
      std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c < '\x7F'; });
  check(!name.empty() && plain_value(name) && name.find(':') == std::string_view::npos,
        "the name of a header");
  check(text && !value.starts_with(' ') && !value.ends_with(' '), name);
  to_.append(name).append(": ").append(value).append("\r\n");
}

void request_head::credential_field(std::string_view name, std::string_view scheme,
                                    std::string_view value, std::string_view named) {
  check(plain_value(value), named);
  to_.append(name).append(": ").append(scheme).append(value).append("\r\n");
}

std::optional<error> request_head::end() {
  to_.append("\r\n");
  if (refused_.empty()) return std::nullopt;
  wipe(to_);
  error e;
  e.message = fmt::format("{} contains a character that cannot be sent", refused_);
  e.advice = "check the account in config.yaml and its credentials";
  return e;
}

} // namespace ovhl::ovh
