#include "simulator/certificate.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

namespace ovhl::sim {

namespace {

template <auto Free>
struct freeing {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using key_ptr = std::unique_ptr<EVP_PKEY, freeing<EVP_PKEY_free>>;
using x509_ptr = std::unique_ptr<X509, freeing<X509_free>>;
using bio_ptr = std::unique_ptr<BIO, freeing<BIO_free>>;
using extension_ptr = std::unique_ptr<X509_EXTENSION, freeing<X509_EXTENSION_free>>;

void must(bool worked) {
  if (!worked) throw std::runtime_error("OpenSSL could not make a certificate");
}

void extend(X509* certificate, int kind, const char* value) {
  const extension_ptr extension(X509V3_EXT_conf_nid(nullptr, nullptr, kind, value));
  must(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

std::string text_of(BIO* memory) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(memory, &data);
  return {data, static_cast<std::size_t>(size)};
}

x509_ptr self_signed(EVP_PKEY* key) {
  constexpr long day_seconds = 24L * 60 * 60;
  x509_ptr made(X509_new());
  must(made != nullptr);
  std::uint64_t serial = 1;
  must(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
  auto* const name = X509_get_subject_name(made.get());
  const auto* const common_name = reinterpret_cast<const unsigned char*>("ovh-simulator");
  must(X509_set_version(made.get(), X509_VERSION_3) == 1 &&
       ASN1_INTEGER_set_uint64(X509_get_serialNumber(made.get()), serial >> 1) == 1 &&
       X509_gmtime_adj(X509_getm_notBefore(made.get()), -day_seconds) != nullptr &&
       X509_gmtime_adj(X509_getm_notAfter(made.get()), 365 * day_seconds) != nullptr &&
       X509_set_pubkey(made.get(), key) == 1 &&
       X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0) == 1 &&
       X509_set_issuer_name(made.get(), name) == 1);
  extend(made.get(), NID_basic_constraints, "critical,CA:TRUE");
  extend(made.get(), NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1");
  must(X509_sign(made.get(), key, EVP_sha256()) > 0);
  return made;
}

} // namespace

certificate make_certificate() {
  const key_ptr key(EVP_EC_gen("P-256"));
  must(key != nullptr);
  const auto made = self_signed(key.get());
  const bio_ptr certificate_text(BIO_new(BIO_s_mem())), key_text(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_X509(certificate_text.get(), made.get()) == 1 &&
       PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) ==
           1);
  return {text_of(certificate_text.get()), text_of(key_text.get())};
}

} // namespace ovhl::sim
