#include "base/digest.hpp"

#include "base/text.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <memory>
#include <new>

namespace ovhl {

namespace {

struct freeing {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

std::string digest(const EVP_MD* kind, std::initializer_list<std::string_view> parts) {
  // Kept between calls: with OpenSSL 3, making a context and looking up the algorithm cost more
  // than the digest.
  static thread_local const std::unique_ptr<EVP_MD_CTX, freeing> context(EVP_MD_CTX_new());
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned length = 0;
  bool ok = context && EVP_DigestInit_ex(context.get(), kind, nullptr) == 1;
  for (std::string_view part : parts)
    ok = ok && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
  ok = ok && EVP_DigestFinal_ex(context.get(), out.data(), &length) == 1;
  if (!ok) throw std::bad_alloc(); // the only way these fail with a built-in digest
  return hex(std::span(out.data(), length));
}

} // namespace

std::string sha256(std::string_view text) { return digest(EVP_sha256(), {text}); }

std::string hmac_sha256(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned length = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.data(),
           &length) == nullptr)
    throw std::bad_alloc(); // as above
  return hex(std::span(out.data(), length));
}

std::string sha1(std::initializer_list<std::string_view> parts) {
  return digest(EVP_sha1(), parts);
}

} // namespace ovhl
