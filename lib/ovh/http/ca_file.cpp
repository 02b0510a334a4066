#include "ovh/http/ca_file.hpp"

#include "base/digest.hpp"
#include "base/file_error.hpp"
#include "base/read_file.hpp"
#include "base/wrong.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cerrno>
#include <memory>

namespace ovhl::ovh {

namespace {

constexpr std::size_t largest_file = 16U << 20U;

bool holds_certificate(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> first(
      PEM_read_bio_X509_AUX(text.get(), nullptr, nullptr, nullptr), &X509_free);
  ERR_clear_error();
  return first != nullptr;
}

} // namespace

result<std::string> ca_file_digest(const std::filesystem::path& file) {
  const auto refused = [&](std::string why) {
    return wrong(file.string(), std::move(why),
                 "set ca_file to a PEM file with the issuer's certificate");
  };
  const auto pem = ovhl::read_file(file, largest_file);
  if (!pem) {
    const auto [why, code] = pem.error();
    if (why == unread_file::cause::too_large) return refused("is too large to be a certificate");
    if (why == unread_file::cause::not_regular || code == EISDIR)
      return refused("is not a regular file");
    return refused("cannot be read: " + errno_text(code));
  }
  if (!holds_certificate(*pem)) return refused("holds no certificate");
  return sha256(*pem);
}

} // namespace ovhl::ovh
