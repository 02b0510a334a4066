// Text that must never be seen: it cannot be printed, compared or copied by accident, and is wiped
// when it is destroyed. OpenSSL's buffers of TLS connections hold secrets in the clear and cannot
// be wiped; that is why core dumps are off (os/hardening.hpp).
#pragma once

#include <string>
#include <string_view>

namespace ovhl {

class secret {
 public:
  secret() = default;
  explicit secret(std::string_view text);
  secret(const secret& other);
  secret(secret&& other) noexcept;
  secret& operator=(secret other) noexcept;
  ~secret();

  bool empty() const noexcept { return text_.empty(); }
  // The only way to the text: search for reveal() to find every place that handles a secret.
  std::string_view reveal() const noexcept { return text_; }
  friend bool operator==(const secret& a, const secret& b) noexcept { return a.text_ == b.text_; }

 private:
  std::string text_;
};

// Overwrites the text before letting it go, for strings a secret passed through.
void wipe(std::string&) noexcept;

} // namespace ovhl
