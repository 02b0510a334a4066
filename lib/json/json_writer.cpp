#include "json/json_writer.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace ovhl {

namespace {

bool as_it_is(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\';
}

void append_escaped(std::string& out, char c) {
  switch (c) {
  case '"': out += "\\\""; return;
  case '\\': out += "\\\\"; return;
  case '\n': out += "\\n"; return;
  case '\r': out += "\\r"; return;
  case '\t': out += "\\t"; return;
  default: fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
  }
}

} // namespace

void append_json(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    std::size_t run = 0;
    while (run < text.size() && as_it_is(text[run]))
      ++run;
    out.append(text.substr(0, run));
    text.remove_prefix(run);
    if (text.empty()) break;

    const code_point c = first_character(text);
    if (!c.valid)
      out += "\xEF\xBF\xBD";
    else if (c.bytes == 1)
      append_escaped(out, text.front());
    else
      out.append(text.substr(0, c.bytes));
    text.remove_prefix(c.bytes);
  }
  out += '"';
}

json_writer& json_writer::key(std::string_view name) {
  next();
  append_json(out_, name);
  out_ += ": ";
  after_key_ = true;
  return *this;
}

json_writer& json_writer::value(std::string_view text) {
  next();
  append_json(out_, text);
  return *this;
}

json_writer& json_writer::value(bool b) { return raw(b ? "true" : "false"); }
json_writer& json_writer::value(std::nullopt_t) { return raw("null"); }

json_writer& json_writer::value(double number) {
  return raw(std::isfinite(number) ? fmt::format("{}", number) : "null");
}

json_writer& json_writer::begin(char bracket, layout how) {
  next();
  out_ += bracket;
  open_.push_back({how});
  return *this;
}

json_writer& json_writer::end(char bracket) {
  const level closed = open_.back();
  open_.pop_back();
  if (closed.how == layout::lines && !closed.empty) new_line();
  out_ += bracket;
  return *this;
}

json_writer& json_writer::raw(std::string_view text) {
  next();
  out_.append(text);
  return *this;
}

void json_writer::next() {
  if (after_key_ || open_.empty()) {
    after_key_ = false;
    return;
  }
  level& inner = open_.back();
  const bool lines = inner.how == layout::lines;
  if (!inner.empty) out_ += lines ? "," : ", ";
  inner.empty = false;
  if (lines) new_line();
}

void json_writer::new_line() {
  out_ += '\n';
  out_.append(2 * open_.size(), ' ');
}

} // namespace ovhl
