// What can go wrong, as a value: what happened, where, and what a person can do about it. Expected
// failures travel in result<T>; an exception means a bug.
#pragma once

#include <boost/system/result.hpp>

#include <string>

namespace ovhl {

enum class failure {
  invalid,     // what a person wrote is wrong: arguments, configuration, credentials file
  unreachable, // no connection: DNS, TCP, TLS, reset
  timeout,     // nobody answered in time
  canceled,    // we were told to stop; never reported as a timeout
  refused,     // the API understood and said no (4xx)
  throttled,   // 429
  server,      // the API failed (5xx)
  answer,      // the answer came but is not what the API describes
};

// The name of a failure as it stands in JSON logs: "unreachable", "timeout", ...
const char* name(failure) noexcept;

struct error {
  failure kind = failure::invalid;
  std::string message; // what happened, without a full stop
  std::string where;  // what it happened to: "account main: GET /dedicatedCloud", "/etc/ovh.conf:3"
  std::string advice; // what to do next; may be empty
  int http_status = 0;       // of the API's answer, 0 where there was none
  std::string api_class;     // "Client::Forbidden"
  std::string query_id;      // X-Ovh-QueryID, for OVHcloud's support
  std::string api_code = {}; // "INVALID_CREDENTIAL", where credentials are what is wrong

  // Whether the same request may succeed later.
  bool passing() const noexcept;
};

// One line for a person: "where: message (HTTP 403, query EU.ext-1.2.3); advice".
std::string words(const error&);

template <class T>
using result = boost::system::result<T, error>;

} // namespace ovhl
