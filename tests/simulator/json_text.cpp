#include "simulator/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ovhl::sim {

void append_quoted(std::string& out, std::string_view text) {
  const auto plain = [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
  };
  out += '"';
  if (std::ranges::all_of(text, plain)) {
    out += text;
  } else {
    for (const char c : text) {
      if (c == '"' || c == '\\') out += '\\';
      if (static_cast<unsigned char>(c) < 0x20)
        out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
      else
        out += c;
    }
  }
  out += '"';
}

void json_text::key(std::string_view name) {
  if (!first_) out_ += ',';
  first_ = false;
  out_ += '"';
  out_ += name;
  out_ += "\":";
}

void json_text::append(std::int64_t value) {
  const fmt::format_int digits(value);
  out_.append(digits.data(), digits.size());
}

json_text& json_text::open() {
  if (!first_) out_ += ',';
  out_ += '{';
  first_ = true;
  return *this;
}

json_text& json_text::open(std::string_view name) {
  key(name);
  out_ += '{';
  first_ = true;
  return *this;
}

json_text& json_text::close() {
  out_ += '}';
  first_ = false;
  return *this;
}

json_text& json_text::open_list(std::string_view name) {
  key(name);
  out_ += '[';
  first_ = true;
  return *this;
}

json_text& json_text::close_list() {
  out_ += ']';
  first_ = false;
  return *this;
}

json_text& json_text::text(std::string_view name, std::string_view value) {
  if (!value.data()) return null(name);
  key(name);
  append_quoted(out_, value);
  return *this;
}

json_text& json_text::number(std::string_view name, std::int64_t value) {
  key(name);
  append(value);
  return *this;
}

json_text& json_text::number_text(std::string_view name, std::int64_t value) {
  key(name);
  out_ += '"';
  append(value);
  out_ += '"';
  return *this;
}

json_text& json_text::decimal(std::string_view name, std::int64_t hundredths) {
  number(name, hundredths / 100);
  const auto rest = hundredths % 100;
  if (rest != 0) {
    out_ += '.';
    out_ += static_cast<char>('0' + rest / 10);
    if (rest % 10 != 0) out_ += static_cast<char>('0' + rest % 10);
  }
  return *this;
}

json_text& json_text::boolean(std::string_view name, bool value) {
  return raw(name, value ? "true" : "false");
}

json_text& json_text::null(std::string_view name) { return raw(name, "null"); }

json_text& json_text::raw(std::string_view name, std::string_view json) {
  key(name);
  out_ += json;
  return *this;
}

} // namespace ovhl::sim
