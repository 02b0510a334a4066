#include "simulator/http.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace ovhl::sim {

std::string_view request::header(std::string_view lower_case_name) const {
  for (const auto& [name, value] : headers)
    if (name == lower_case_name) return value;
  return {};
}

std::string_view request::path() const {
  return std::string_view(target).substr(0, target.find('?'));
}

std::string_view request::query() const {
  const auto mark = target.find('?');
  return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
}

reply json_reply(const boost::json::value& value) {
  return {.body = boost::json::serialize(value)};
}

reply text_reply(std::string body) { return {.body = std::move(body)}; }

reply refused(const refusal& why) {
  boost::json::object body{{"class", why.api_class}, {"message", why.message}};
  if (!why.error_code.empty()) {
    body["errorCode"] = why.error_code;
    body["httpCode"] = fmt::format("{} {}", why.status, reason_phrase(why.status));
  }
  if (!why.details.empty()) body["details"] = why.details;
  return {.status = why.status, .body = boost::json::serialize(body)};
}

reply bad_request(std::string message) {
  return refused({400, "Client::BadRequest", std::move(message)});
}

reply not_found(std::string message) {
  return refused({404, "Client::NotFound", std::move(message)});
}

reply html_page(int status) {
  return {.status = status,
          .body = fmt::format("<html><head><title>{0} {1}</title></head>\n<body><center><h1>{0} "
                              "{1}</h1></center></body></html>\n",
                              status, reason_phrase(status)),
          .content_type = "text/html"};
}

std::string http_date(std::chrono::sys_seconds t) {
  constexpr std::string_view days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto midnight = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss time(t - midnight);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     days[std::chrono::weekday(midnight).c_encoding()],
                     static_cast<unsigned>(date.day()),
                     months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

std::string_view reason_phrase(int status) {
  switch (status) {
  case 200: return "OK";
  case 400: return "Bad Request";
  case 401: return "Unauthorized";
  case 403: return "Forbidden";
  case 404: return "Not Found";
  case 405: return "Method Not Allowed";
  case 408: return "Request Timeout";
  case 409: return "Conflict";
  case 429: return "Too Many Requests";
  case 460: return "Service Expired";
  case 500: return "Internal Server Error";
  case 502: return "Bad Gateway";
  case 503: return "Service Unavailable";
  case 504: return "Gateway Timeout";
  default: return "Status";
  }
}

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

} // namespace

std::optional<std::string> decoded(std::string_view text, bool plus_is_blank) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_blank) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

std::optional<std::vector<std::pair<std::string, std::string>>> parse_form(std::string_view form) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!form.empty()) {
    const auto pair = form.substr(0, form.find('&'));
    form.remove_prefix(std::min(pair.size() + 1, form.size()));
    const auto sign = pair.find('=');
    const auto value = sign == std::string_view::npos ? std::string_view() : pair.substr(sign + 1);
    auto name = decoded(pair.substr(0, sign), true);
    auto text = decoded(value, true);
    if (!name || !text) return std::nullopt;
    pairs.emplace_back(std::move(*name), std::move(*text));
  }
  return pairs;
}

} // namespace ovhl::sim
