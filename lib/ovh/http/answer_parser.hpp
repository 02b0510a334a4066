// Parses an HTTP answer as it arrives: keeps the few headers that matter and passes the body to a
// JSON reader. The beginning of an error's body is kept in the reply. No header allocates, and
// nothing is copied twice.
#pragma once

#include "ovh/http/connection.hpp"

#include <boost/beast/http/basic_parser.hpp>

namespace ovhl::ovh {

class answer_parser final : public boost::beast::http::basic_parser<false> {
 public:
  answer_parser(reply& to, json_reader& body);

  // The body's reader stopped it, not HTTP.
  bool stopped_by_body() const noexcept { return stopped_by_body_; }

 private:
  using code = boost::beast::error_code;
  using text = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb, text, text, int, code&) override {}
  void on_response_impl(int status, text, int, code&) override { reply_.status = status; }
  void on_field_impl(boost::beast::http::field, text name, text value, code&) override;
  void on_header_impl(code&) override {
    if (old_) reply_.date.clear();
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, code&) override {}
  std::size_t on_body_impl(text piece, code& ec) override { return take(piece, ec); }
  void on_chunk_header_impl(std::uint64_t, text, code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, text piece, code& ec) override {
    return take(piece, ec);
  }
  void on_finish_impl(code&) override {}

  std::size_t take(text piece, code&);

  reply& reply_;
  json_reader& body_;
  std::size_t error_bytes_ = 0;
  bool stopped_by_body_ = false;
  bool old_ = false; // it comes from a cache, so its date is not now
};

} // namespace ovhl::ovh
