#include "base/secret.hpp"

#include <openssl/crypto.h>

#include <utility>

namespace ovhl {

void wipe(std::string& text) noexcept {
  OPENSSL_cleanse(text.data(), text.capacity());
  text.clear();
}

secret::secret(std::string_view text) : text_(text) {}
secret::secret(const secret& other) = default;
// A moved short string stays in the source's own buffer, so the source is wiped, not just emptied.
secret::secret(secret&& other) noexcept : text_(other.text_) { wipe(other.text_); }
secret& secret::operator=(secret other) noexcept {
  std::swap(text_, other.text_);
  return *this;
}
secret::~secret() { wipe(text_); }

} // namespace ovhl
