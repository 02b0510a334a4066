// A request and a reply, as routes use them: without sockets and Beast.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ovhl::sim {

struct request {
  std::string method = {};
  std::string target;                                            // path and query, as sent
  std::vector<std::pair<std::string, std::string>> headers = {}; // names in lower case
  std::string body = {};
  std::uint64_t connection = 0;

  std::string_view header(std::string_view lower_case_name) const; // empty: not there
  std::string_view path() const;                                   // still encoded
  std::string_view query() const;                                  // without '?'
};

struct reply {
  int status = 200;
  std::string body;
  std::string content_type = "application/json; charset=utf-8";
  std::map<std::string, std::string> headers = {};
};

reply json_reply(const boost::json::value&);
reply text_reply(std::string body); // JSON, already written

// A refusal as the API writes it: {"class": "Client::NotFound", "message": ...} and, for
// credentials, errorCode and httpCode.
struct refusal {
  int status;
  std::string_view api_class; // "Client::NotFound"
  std::string message;
  std::string_view error_code = {};
  boost::json::object details = {};
};
reply refused(const refusal&);
reply bad_request(std::string message);
reply not_found(std::string message);
reply html_page(int status);

std::string_view reason_phrase(int status);
std::string http_date(std::chrono::sys_seconds); // Sun, 06 Nov 1994 08:49:37 GMT

// %41 → A; nothing: the encoding is broken. `+` is a blank only in forms and queries.
std::optional<std::string> decoded(std::string_view, bool plus_is_blank = false);
// a=1&b=2, decoded; nothing: the encoding is broken.
std::optional<std::vector<std::pair<std::string, std::string>>> parse_form(std::string_view);

} // namespace ovhl::sim
