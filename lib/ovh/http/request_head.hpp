// The head of a request as it is written, and the one place where anything gets into one: what
// could end a line, and so become a header of its own, is refused here wherever it came from.
#pragma once

#include "base/error.hpp"
#include "base/secret.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ovhl::ovh {

// Visible ASCII, no blanks.
bool plain_value(std::string_view) noexcept;

class request_head {
 public:
  // Adds to `to`, which has room enough if there are secrets in it.
  explicit request_head(std::string& to) noexcept : to_(to) {}

  void begin(std::string_view method, std::string_view base, std::string_view path);
  void field(std::string_view name, std::string_view value); // plain, but for blanks within
  // What proves who asks; `named` as a person knows it. Only the name gets into an error.
  void credential_field(std::string_view name, std::string_view scheme, std::string_view value,
                        std::string_view named);
  // The empty line. What was refused, if anything: nothing of the request may be sent then.
  std::optional<error> end();

 private:
  void check(bool right, std::string_view named);

  std::string& to_;
  std::string refused_; // what; empty: nothing
};

} // namespace ovhl::ovh
