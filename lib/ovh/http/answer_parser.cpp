#include "ovh/http/answer_parser.hpp"

#include "base/text.hpp"
#include "json/json_reader.hpp"

#include <algorithm>
#include <charconv>

namespace ovhl::ovh {

namespace http = boost::beast::http;

namespace {

constexpr std::size_t error_body_kept = 16 << 10;
constexpr std::size_t error_body_read = 1 << 20;

} // namespace

answer_parser::answer_parser(reply& to, json_reader& body) : reply_(to), body_(body) {
  eager(true);
  body_limit(boost::none); // the reader has limits of its own
}

void answer_parser::on_field_impl(http::field known, text name, text value, code& ec) {
  switch (known) {
  case http::field::transfer_encoding: // Beast refuses it beside a Content-Length
    if (!equal_ignoring_case(value, "chunked")) ec = http::error::bad_transfer_encoding;
    return;
  case http::field::date: reply_.date.append(value); return; // two of them make an invalid date
  case http::field::age: old_ = old_ || value != "0"; return;
  case http::field::retry_after: reply_.retry_after = value; return;
  case http::field::location: reply_.location = value; return;
  case http::field::content_type: reply_.html = value.find("html") != text::npos; return;
  case http::field::unknown: break;
  default: return;
  }
  if (equal_ignoring_case(name, "X-Ovh-QueryID")) {
    reply_.query_id = value;
  } else if (equal_ignoring_case(name, "X-Pagination-Elements")) {
    std::int64_t n = 0;
    const auto [rest, failed] = std::from_chars(value.data(), value.data() + value.size(), n);
    if (failed == std::errc() && rest == value.data() + value.size() && n >= 0)
      reply_.pagination_elements = n;
  }
}

std::size_t answer_parser::take(text piece, code& ec) {
  bool go_on = true;
  if (reply_.status >= 200 && reply_.status < 300) {
    go_on = body_.feed(piece);
  } else {
    const std::size_t room = error_body_kept - std::min(error_body_kept, reply_.error_body.size());
    reply_.error_body.append(piece.substr(0, room));
    error_bytes_ += piece.size();
    go_on = error_bytes_ <= error_body_read;
  }
  if (!go_on) {
    stopped_by_body_ = true;
    ec = make_error_code(boost::system::errc::bad_message);
  }
  return piece.size();
}

} // namespace ovhl::ovh
