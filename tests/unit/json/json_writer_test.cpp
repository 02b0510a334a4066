#include "json/json_writer.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

namespace {

using ovhl::json_writer;

std::string escaped(std::string_view text) {
  std::string out;
  ovhl::append_json(out, text);
  return out;
}

} // namespace

TEST_CASE("a JSON string escapes what JSON forbids and repairs what is not UTF-8") {
  struct {
    std::string_view text, json;
  } const table[] = {
      {"", R"("")"},
      {"plain text", R"("plain text")"},
      {"a \"quoted\" C:\\path", R"("a \"quoted\" C:\\path")"},
      {"line\nnext\r\ttab", R"("line\nnext\r\ttab")"},
      {std::string_view("nul\0bell\a", 9), R"("nul\u0000bell\u0007")"},
      {"\x1b[31m\x7f", "\"\\u001b[31m\\u007f\""},
      {"Zürich 東京 🙂", R"("Zürich 東京 🙂")"},
      {"cut \xE2\x82", "\"cut \xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"\xC0\x80\xFF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
  };
  for (const auto& row : table)
    CHECK(escaped(row.text) == row.json);
}

TEST_CASE("values of every kind are written as JSON has them") {
  std::string out;
  json_writer json(out);
  json.begin_array();
  json.value("text").value(std::string("string")).value(std::string_view("view"));
  json.value(true).value(false).value(std::nullopt);
  json.value(-7).value(std::numeric_limits<std::uint64_t>::max()).value(std::int8_t{-1});
  json.value(1.9).value(0.0).value(1e21).value(std::numeric_limits<double>::infinity());
  json.value(std::optional<int>(3)).value(std::optional<std::string>());
  json.end_array();
  CHECK(out == R"(["text", "string", "view", true, false, null, -7, 18446744073709551615, -1, )"
               R"(1.9, 0, 1e+21, null, 3, null])");
}

TEST_CASE("members stand side by side or each on its own line, and empty ones take no line") {
  std::string out;
  json_writer json(out);
  constexpr auto lines = json_writer::layout::lines;
  json.begin_object(lines).member("a", 1);
  json.key("row").begin_object().member("x", "y").key("z").begin_array().end_array().end_object();
  json.key("list").begin_array(lines);
  json.begin_object().member("n", 1).end_object();
  json.begin_object().member("n", 2).end_object();
  json.end_array();
  json.key("none").begin_array(lines).end_array();
  json.end_object();
  CHECK(out == R"({
  "a": 1,
  "row": {"x": "y", "z": []},
  "list": [
    {"n": 1},
    {"n": 2}
  ],
  "none": []
})");
}
