#include "json/json_reader.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

using namespace ovhl;
using namespace std::string_literals;

namespace {

// [{id, name?, on?, inner?: {list?: [text]}} | integer, …]
class sample final : public json_reader {
 public:
  explicit sample(std::size_t largest = small_body) : json_reader(largest) {
    object_.arrived = [this] {
      seen += fmt::format("{}:{}:{}:", id_.integer, name_.known ? name_.text : "-",
                          on_.known ? on_.boolean ? "on" : "off" : "-");
      if (inner_.known && inner_list_.known)
        for (const std::string& t : texts)
          seen += t + ",";
      seen += ";";
      texts.clear();
    };
    text_.arrived = [this] { texts.push_back(text_.text); };
    number_.arrived = [this] { seen += fmt::format("#{};", number_.integer); };
    read(list_);
  }
  // Everything at once, in pieces of a size, or with one cut: what was read, or the complaint.
  std::string all(std::string_view document, std::size_t piece) {
    reset();
    bool fine = true;
    for (std::size_t at = 0; fine && at < document.size(); at += piece)
      fine = feed(document.substr(at, piece));
    return (fine && finish()) ? seen : complaint();
  }
  std::string cut(std::string_view document, std::size_t at) {
    reset();
    return feed(document.substr(0, at)) && feed(document.substr(at)) && finish() ? seen
                                                                                 : complaint();
  }
  std::string seen;
  std::vector<std::string> texts;

 private:
  void forget() override {
    seen.clear();
    texts.clear();
  }
  json_place id_{json_type::integer};
  json_place name_{json_type::text, presence::optional};
  json_place on_{json_type::boolean, presence::optional};
  json_place text_{json_type::text};
  json_place inner_list_{.type = json_type::list, .need = presence::optional, .elements = {&text_}};
  json_place inner_{
      .type = json_type::object, .need = presence::optional, .fields = {{"list", &inner_list_}}};
  json_place object_{.type = json_type::object,
                     .fields = {{"id", &id_}, {"name", &name_}, {"on", &on_}, {"inner", &inner_}}};
  json_place number_{json_type::integer};
  json_place list_{.type = json_type::list, .elements = {&object_, &number_}};
};

constexpr const char* document =
    R"( [ {"id": 1, "name": "a\"\u00e9\ud83d\ude00z", "x": {"id": "no", "y": [[{"id": null}]]}, "on": true},
 17, {"name": null, "inner": {"list": ["p", "q", ""], "list2": 5}, "id": -2, "ids": 3, "i": 4, "": 5}, {"id":3,"on":false,"e":1e5,"n":null} ] )";
constexpr const char* read_from_it =
    "1:a\"\xC3\xA9\xF0\x9F\x98\x80z:on:;#17;-2:-:-:p,q,,;3:-:off:;";

std::string whole(std::string_view text) { return sample().all(text, text.size() + 1); }

} // namespace

TEST_CASE("a document is read alike in one piece, byte by byte, and in every cut") {
  sample r;
  const std::string_view text = document;
  CHECK(r.all(text, text.size()) == read_from_it);
  for (std::size_t piece = 1; piece < 20; ++piece)
    CHECK(r.all(text, piece) == read_from_it);
  for (std::size_t at = 0; at <= text.size(); ++at)
    CHECK(r.cut(text, at) == read_from_it);
}

TEST_CASE("a document that ends early is never taken for a whole one") {
  const std::string_view text = document;
  const std::size_t end = text.rfind(']');
  for (std::size_t length = 0; length <= end; ++length) {
    sample r;
    r.reset();
    const bool fine = r.feed(text.substr(0, length)) && r.finish();
    CHECK_FALSE(fine);
    CHECK(r.found() == json_reader::flaw::broken);
  }
}

TEST_CASE("what is wrong with an answer is reported with its place") {
  using flaw = json_reader::flaw;
  const std::string deep(40, '[');
  struct row {
    std::string text;
    flaw kind;
    std::string said;
  };
  const row rows[] = {
      {"", flaw::broken, "empty"},
      {"{}", flaw::wrong, "$: expected a list, found an object"},
      {"17", flaw::wrong, "$: expected a list, found an integer"},
      {"null", flaw::wrong, "$: expected a list, found null"},
      {"[\"a\"]", flaw::wrong, "$[0]: expected an object or an integer, found a string"},
      {"[1, 2, null]", flaw::wrong, "$[2]: expected an object or an integer, found null"},
      {"[1, 2.5]", flaw::wrong,
       "$[1]: expected an object or an integer, found a number with a fraction"},
      {"[1e2]", flaw::wrong,
       "$[0]: expected an object or an integer, found a number with a fraction"},
      {"[9223372036854775808]", flaw::wrong,
       "$[0]: expected an object or an integer, found a number too large for one"},
      {R"([{"id":1},{"name":"x"}])", flaw::wrong, "$[1].id: missing"},
      {R"([{"id":1},{"id":null}])", flaw::wrong, "$[1].id: expected an integer, found null"},
      {R"([{"id":1},{"id":"1"}])", flaw::wrong, "$[1].id: expected an integer, found a string"},
      {R"([{"id":1,"name":5}])", flaw::wrong, "$[0].name: expected a string, found an integer"},
      {R"([{"id":1,"on":"true"}])", flaw::wrong, "$[0].on: expected a boolean, found a string"},
      {R"([{"id":1,"inner":[]}])", flaw::wrong, "$[0].inner: expected an object, found a list"},
      {R"([{"id":1,"inner":{"list":["a",7]}}])", flaw::wrong,
       "$[0].inner.list[1]: expected a string, found an integer"},
      {R"([{"id":1,"id":2}])", flaw::wrong, "$[0].id: appears twice"},
      {R"([{"id":1,"name":null,"name":"x"}])", flaw::wrong, "$[0].name: appears twice"},
      {"[1,", flaw::broken, "cut off in $[1] after 3 bytes"},
      {R"([{"id":1,"name":"ab)", flaw::broken, "cut off in $[0].name after 19 bytes"},
      {"[1] x", flaw::broken, "not JSON: there is data after its end"},
      {"<html>", flaw::broken, "not JSON: syntax error at byte 0"},
      {"[1, nul]", flaw::broken, "not JSON: syntax error at byte 4"},
      {"[{\"id\":1,\"name\":\"\xFF\"}]", flaw::broken, "$[0].name: a text that is not UTF-8"},
      {R"([{"id":1,"name":"\ud800"}])", flaw::broken, "$[0].name: a text that is not UTF-8"},
      {R"([{"id":1,"name":"\u12"}])", flaw::broken, "not JSON: expected hex digit at byte 21"},
      {"[\xFF]", flaw::broken, "not JSON: syntax error at byte 1"},
      {R"([{"id":1,"x":)" + deep, flaw::excessive, "$[0]: nested deeper than 32"},
      {R"([{"id":1,"name":")" + std::string(70'000, 'a') + "\"}]", flaw::excessive,
       "$[0].name: longer than 64 KiB"},
  };
  for (const row& r : rows) {
    CAPTURE(r.text.substr(0, 60));
    sample reader;
    CHECK(reader.all(r.text, r.text.size() + 1) == r.said);
    CHECK(reader.found() == r.kind);
    if (r.kind != flaw::wrong || r.text.size() > 1000) continue;
    CHECK(reader.all(r.text, 1) == r.said);
  }
}

TEST_CASE("a body without end is given up at its limit") {
  sample reader(json_reader::large_body);
  reader.reset();
  const std::string blanks(1 << 20, ' ');
  std::size_t fed = 0;
  while (reader.feed(blanks))
    fed += blanks.size();
  CHECK(fed == json_reader::large_body);
  CHECK(reader.complaint() == "longer than 64 MiB");
  CHECK(reader.found() == json_reader::flaw::excessive);
  CHECK_FALSE(reader.feed("[]"));
  CHECK_FALSE(reader.finish());
}

TEST_CASE("a reset reader has forgotten everything") {
  sample r;
  CHECK(r.all("[1, {\"id\": 2, \"x\": [[[", 3) == "cut off in $[1] after 22 bytes");
  CHECK(r.all("[3]", 1) == "#3;");
  CHECK(r.all("[{\"id\":1,\"name\":\"half", 1) == "cut off in $[0].name after 21 bytes");
  CHECK(r.all("[{\"id\":1,\"name\":\"whole\"}]", 1) == "1:whole:-:;");
}

TEST_CASE("the depth is limited in what is skipped, and only there") {
  CHECK(whole(R"([{"id":1,"x":)" + std::string(30, '[') + std::string(30, ']') + "}]") ==
        "1:-:-:;");
}

TEST_CASE("what is not wanted may be damaged and long") {
  const std::string long_text(200'000, 'a');
  for (const std::string& x :
       {R"("x":"\ud800")"s, R"("x":"\udc00\ud800\ud800x")"s, "\"x\":\"\xFF\xC3\""s,
        "\"x\":\"\xED\xA0\x80\""s, "\"x\":\"\0\n\""s, "\"x\":\"" + long_text + "\"",
        "\"" + long_text + "\":1", "\"\xFF\\ud800\":[\"\xFF\"]"s, R"("\ud800":{"a":"\udfff"})"s}) {
    CAPTURE(x.substr(0, 30));
    sample r;
    const std::string text = "[{\"id\":1," + x + "},2]";
    CHECK(r.all(text, text.size()) == "1:-:-:;#2;");
    CHECK(r.all(text, 1) == "1:-:-:;#2;");
    CHECK(r.all(text, 7) == "1:-:-:;#2;");
  }
}

namespace {

class lenient final : public json_reader {
 public:
  lenient() {
    text_.arrived = [this] { got = text_.text; };
    read(list_);
  }
  std::string all(std::string_view whole_text, std::size_t piece) {
    reset();
    got = "nothing";
    for (std::size_t at = 0; at < whole_text.size(); at += piece)
      if (!feed(whole_text.substr(at, piece))) return complaint();
    return finish() ? got : complaint();
  }
  std::string got;

 private:
  json_place text_{.type = json_type::text, .damaged_too = true};
  json_place list_{.type = json_type::list, .elements = {&text_}};
};

} // namespace

TEST_CASE("the valid part of a damaged text is taken, in one piece and in every cut") {
  struct row {
    std::string text, read;
  };
  const std::string r = "\xEF\xBF\xBD";
  const row rows[] = {
      {R"(a\ud800b)", "a" + r + "b"},
      {R"(a\ud800)", "a" + r},
      {R"(\udc00\ud83d\ude00)", r + "\xF0\x9F\x98\x80"},
      {R"(\ud800\ud83d\ude00)", r + "\xF0\x9F\x98\x80"},
      {R"(\ud800\u0041)", r + "A"},
      {R"(\ud800\n\ud800\"\\)", r + "\n" + r + "\"\\"},
      {R"(\uD800\uDBFF\uDC00)", r + "\xF4\x8F\xB0\x80"},
      {R"(\u00e9\ud83d\ude00\u0000x)", "\xC3\xA9\xF0\x9F\x98\x80\0x"s},
      {"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"},
      {"\xC3", r},
      {"\xC3x", r + "x"},
      {"\xF0\x9F\x98", r + r + r},
      {"\xED\xA0\x80", r + r + r}, // a surrogate in UTF-8
      {"\xC0\x80", r + r},
      {"\xFFx\x80", r + "x" + r},
      {"tab\tline\nnul\0"s, "tab" + r + "line" + r + "nul" + r},
      {R"(a\tb)", "a\tb"},
  };
  for (const row& it : rows) {
    CAPTURE(it.text);
    lenient reader;
    const std::string whole_text = "[\"" + it.text + "\", \"z\", \"" + it.text + "\"]";
    for (std::size_t piece = 1; piece <= whole_text.size(); ++piece)
      CHECK(reader.all(whole_text, piece) == it.read);
  }
}

TEST_CASE("of a text that is too long its beginning is taken, whole characters and an ellipsis") {
  const auto read = [](const std::string& text) {
    lenient reader;
    const std::string whole_text = "[\"" + text + "\"]";
    const std::string got = reader.all(whole_text, 10'000);
    CHECK(reader.all(whole_text, whole_text.size()) == got);
    return got;
  };
  const std::size_t limit = json_reader::longest_text;
  const std::string all(limit, 'a');
  CHECK(read(all) == all);
  CHECK(read(all + "a") == std::string(1000, 'a') + "\xEF\xBF\xBD…");
  std::string wide = "a";
  while (wide.size() < 2 * limit)
    wide += "\xE2\x82\xAC";
  CHECK(read(wide) == wide.substr(0, 1000) + "\xEF\xBF\xBD…");
  CHECK(read("aa" + wide).size() == 999 + 6);
}
