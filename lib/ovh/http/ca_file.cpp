#include "ovh/http/ca_file.hpp"

#include "base/digest.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>

namespace ovhl::ovh {

namespace {

constexpr std::uintmax_t largest_file = 16U << 20U;

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
    error e;
    e.where = file.string();
    e.message = std::move(why);
    e.advice = "set ca_file to a PEM file with the issuer's certificate";
    return e;
  };
  std::error_code none;
  const auto status = std::filesystem::status(file, none);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
    return refused("is not a regular file");
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in) return refused("cannot be read: " + std::generic_category().message(errno));
  if (std::filesystem::file_size(file, none) > largest_file)
    return refused("is too large to be a certificate");
  const std::string pem{std::istreambuf_iterator<char>(in), {}};
  if (!holds_certificate(pem)) return refused("holds no certificate");
  return sha256(pem);
}

} // namespace ovhl::ovh
