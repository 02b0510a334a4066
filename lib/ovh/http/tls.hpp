// The settings of TLS connections: TLS 1.2 or later, verified against the system's trust roots and
// perhaps one more certificate.
#pragma once

#include "base/error.hpp"

#include <boost/asio/ssl/context.hpp>

#include <filesystem>
#include <string>

namespace ovhl::ovh {

class tls_settings {
 public:
  tls_settings();
  result<void> trust_also(const std::filesystem::path& ca_file);
  boost::asio::ssl::context& context() noexcept { return context_; }

 private:
  boost::asio::ssl::context context_;
};

// Call before the handshake: asks for the host by name (SNI) and accepts only a certificate for it.
void expect_host(SSL*, const std::string& host);
// Why the certificate made the handshake fail: "self-signed certificate". Empty: it failed for
// another reason.
std::string certificate_problem(SSL*);

} // namespace ovhl::ovh
