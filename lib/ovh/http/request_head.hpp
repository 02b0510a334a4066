// Writes the head of every request. It refuses characters that could end a line and so begin
// another header, wherever the text comes from.
#pragma once

#include "base/error.hpp"
#include "base/secret.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ovhl::ovh {

// Whether it is visible ASCII without blanks.
bool plain_value(std::string_view) noexcept;

class request_head {
 public:
  // Appends to `to`, which must have enough capacity if it holds secrets.
  explicit request_head(std::string& to) noexcept : to_(to) {}

  void begin(std::string_view method, std::string_view base, std::string_view path);
  void field(std::string_view name, std::string_view value); // may contain blanks
  // A credential; an error has only `named`, the name that a person knows.
  void credential_field(std::string_view name, std::string_view scheme, std::string_view value,
                        std::string_view named);
  // Ends the head. Returns what was refused, if anything; then the request must not be sent.
  std::optional<error> end();

 private:
  void check(bool right, std::string_view named);

  std::string& to_;
  std::string refused_; // what; empty: nothing
};

} // namespace ovhl::ovh
