// Makes a certificate for loopback. It is self-signed, so its PEM is also the root to trust.
#pragma once

#include <string>

namespace ovhl::sim {

struct certificate {
  std::string pem;
  std::string private_key_pem;
};

certificate make_certificate(); // for localhost, 127.0.0.1 and ::1

} // namespace ovhl::sim
