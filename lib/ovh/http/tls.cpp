#include "ovh/http/tls.hpp"

#include <boost/asio/ip/address.hpp>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace ovhl::ovh {

namespace ssl = boost::asio::ssl;

namespace {

// Whether the system's trust roots are in their directory under their hashes, so that OpenSSL reads
// single ones when needed. Loading the bundle of all would cost 20 ms and 2 MB at every start.
bool trust_roots_by_hash() {
  if (std::getenv(X509_get_default_cert_file_env()) != nullptr ||
      std::getenv(X509_get_default_cert_dir_env()) != nullptr)
    return false;
  std::error_code ec;
  for (std::filesystem::directory_iterator at(X509_get_default_cert_dir(), ec), end;
       !ec && at != end; at.increment(ec)) {
    const std::string name = at->path().filename().string();
    if (name.size() == 10 && name.ends_with(".0") &&
        name.find_first_not_of("0123456789abcdef") == 8)
      return true;
  }
  return false;
}

} // namespace

tls_settings::tls_settings() : context_(ssl::context::tls_client) {
  SSL_CTX* const native = context_.native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);    // idle connections keep no 16 KiB buffers
  SSL_CTX_set_options(native, SSL_OP_CLEANSE_PLAINTEXT); // answers may hold tokens and keys
  context_.set_verify_mode(ssl::verify_peer);
  boost::system::error_code none_there; // a system without trust roots may still have a ca_file
  if (trust_roots_by_hash())
    context_.add_verify_path(X509_get_default_cert_dir(), none_there);
  else
    context_.set_default_verify_paths(none_there);
}

result<void> tls_settings::trust_also(const std::filesystem::path& ca_file) {
  boost::system::error_code ec;
  context_.load_verify_file(ca_file.string(), ec);
  if (!ec) return {};
  error e;
  e.where = ca_file.string();
  e.message = "cannot be used as a trust root: " + ec.message();
  e.advice = "set ca_file to a PEM file with the issuer's certificate";
  return e;
}

void expect_host(SSL* handle, const std::string& host) {
  boost::system::error_code name;
  boost::asio::ip::make_address(host, name);
  if (!name) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(handle), host.c_str());
    return;
  }
  SSL_set_hostflags(handle, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  SSL_set1_host(handle, host.c_str());
  SSL_ctrl(handle, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
           const_cast<char*>(host.c_str())); // as the macro, without its old-style cast
}

std::string certificate_problem(SSL* handle) {
  const long verdict = SSL_get_verify_result(handle);
  return verdict == X509_V_OK ? std::string() : X509_verify_cert_error_string(verdict);
}

} // namespace ovhl::ovh
