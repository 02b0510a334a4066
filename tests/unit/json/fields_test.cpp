// A struct that is described once is written in its form, read back the same, and refused with the
// path of the first mistake.
#include "json/fields.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <limits>

namespace sample {

enum class colour : std::uint8_t { none, red, green };
std::string_view name(colour c) noexcept {
  switch (c) {
  case colour::none: return "";
  case colour::red: return "red";
  case colour::green: return "green";
  }
  return "?";
}

class kind { // known by its text, also where that is a new one
 public:
  kind() = default;
  explicit kind(std::string text) : text_(std::move(text)) {}
  const std::string& text() const noexcept { return text_; }
  friend bool operator==(const kind&, const kind&) = default;

 private:
  std::string text_;
};

struct leaf {
  kind name;
  std::optional<std::int32_t> weight;

  friend bool operator==(const leaf&, const leaf&) = default;
};
void fields(auto& io, ovhl::maybe_const<leaf> auto& l) {
  io("name", l.name);
  io("weight", l.weight);
}

struct tree {
  bool tall = false;
  std::uint64_t number = 0;
  double height = 0;
  colour trunk{}, crown{};
  ovhl::instant seen{};
  std::optional<ovhl::day> planted;
  std::string note;
  std::vector<leaf> leaves;
  std::map<std::string, std::size_t> birds;
  std::vector<std::string> names;

  friend bool operator==(const tree&, const tree&) = default;
};
template <class IO>
void fields(IO& io, ovhl::maybe_const<tree> auto& t) {
  io("tall", t.tall);
  io.newer("number", t.number);
  io.where(t.tall, "height", t.height);
  io("trunk", ovhl::or_null(t.trunk));
  io.optional("crown", t.crown);
  io("seen", ovhl::or_null(t.seen));
  io("planted", t.planted);
  io.optional("note", t.note);
  io("leaves", ovhl::in_lines(t.leaves));
  io("birds", t.birds);
  io.newer("names", t.names);
  io.shown("leaf_count", t.leaves.size());
  if constexpr (IO::reads)
    if (t.number == 13) io.wrong("number", "is unlucky");
}

} // namespace sample

template <>
inline constexpr auto ovhl::names<sample::colour> =
    std::array{sample::colour::none, sample::colour::red, sample::colour::green};

namespace {

using namespace ovhl;

std::string read(std::string_view text, sample::tree& into) {
  return read_json_tree(text, 8, [&](const json_node& root) { json_input::take(root, into); });
}

std::string problem(std::string_view text) {
  sample::tree t;
  return read(text, t);
}

constexpr std::string_view bare =
    R"({"tall": false, "number": 0, "height": null, "trunk": null, "seen": null, )"
    R"("planted": null, "leaves": [], "birds": {}, "names": [], "leaf_count": 0})";

std::string changed(std::string_view from, std::string_view to) {
  std::string text(bare);
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

sample::tree full() {
  sample::tree t;
  t.tall = true;
  t.number = std::numeric_limits<std::uint64_t>::max();
  t.height = 2.5;
  t.trunk = sample::colour::red;
  t.crown = sample::colour::green;
  t.seen = std::chrono::sys_days(std::chrono::year(2027) / 1 / 15) + std::chrono::hours(8);
  t.planted = std::chrono::sys_days(std::chrono::year(2026) / 12 / 31);
  t.note = "a \"note\"";
  t.leaves = {{sample::kind("a"), 1}, {sample::kind("b"), {}}};
  t.birds = {{"owl", 2}, {"wren", 0}};
  t.names = {"x", "y"};
  return t;
}

} // namespace

TEST_CASE("what a description says is written in its order and read back the same") {
  const std::string_view all =
      R"({"tall": true, "number": 18446744073709551615, "height": 2.5, "trunk": "red", )"
      R"("crown": "green", "seen": "2027-01-15T08:00:00Z", "planted": "2026-12-31", )"
      R"("note": "a \"note\"", "leaves": [
    {"name": "a", "weight": 1},
    {"name": "b", "weight": null}
  ], "birds": {"owl": 2, "wren": 0}, "names": ["x", "y"], "leaf_count": 2})";
  CHECK(json_of(full()) == all);
  sample::tree again;
  CHECK(read(all, again) == "");
  CHECK(again == full());
}

TEST_CASE("what is not set is null or left out, and read back as not set") {
  CHECK(json_of(sample::tree()) == bare);
  sample::tree t;
  CHECK(read(bare, t) == "");
  CHECK(t == sample::tree());
}

TEST_CASE("a newer key may be missing or null, any other may not be missing") {
  sample::tree t;
  t.number = 7;
  CHECK(read(changed("\"number\": 0, ", ""), t) == "");
  CHECK(read(changed("\"number\": 0", "\"number\": null"), t) == "");
  CHECK(t.number == 7);
  CHECK(problem(changed("\"planted\": null, ", "")) == "planted is missing");
  CHECK(problem(changed("\"seen\": null, ", "")) == "seen is missing");
  CHECK(problem(changed("\"leaves\": [], ", "")) == "leaves is missing");
  CHECK(problem(changed("\"leaf_count\": 0", "\"later\": [{}]")) == "");
}

TEST_CASE("the first mistake is reported with its path") {
  CHECK(problem("") == "it is not JSON: incomplete JSON");
  CHECK(problem("{\"a\": 1} x") == "it is not JSON: extra data");
  CHECK(problem("[]") == "it is not an object");
  CHECK(problem(std::string(9, '[')) == "it is not JSON: too deep");
  CHECK(problem("{}") == "tall is missing");
  CHECK(problem(changed("false", "null")) == "tall is neither true nor false");
  CHECK(problem(changed("\"number\": 0", "\"number\": \"0\"")) == "number is not a number");
  CHECK(problem(changed("\"number\": 0", "\"number\": -1")) == "number is out of range");
  CHECK(problem(changed("\"number\": 0", "\"number\": 1.0")) == "number is out of range");
  CHECK(problem(changed("\"number\": 0", "\"number\": 13")) == "number is unlucky");
  CHECK(problem(changed("\"trunk\": null", "\"trunk\": \"blue\"")) == "trunk 'blue' is not known");
  CHECK(problem(changed("\"trunk\": null", "\"trunk\": \"\"")) == "trunk '' is not known");
  CHECK(problem(changed("\"trunk\": null", "\"trunk\": 1")) == "trunk is not a string");
  CHECK(problem(changed("\"seen\": null", "\"seen\": \"soon\"")) == "seen 'soon' is not a time");
  for (const std::string other :
       {"2027-01-15T09:01:00+01:00", "2027-01-15t08:01:00Z", "2027-01-15 08:01:00Z",
        "2027-01-15T08:01:00z", "2027-01-15T08:01:00.5Z", "2027-01-15T08:01:60Z"})
    CHECK(problem(changed("\"seen\": null", "\"seen\": \"" + other + "\"")) ==
          "seen '" + other + "' is not a time");
  CHECK(problem(changed("\"planted\": null", "\"planted\": \"2027-02-30\"")) ==
        "planted '2027-02-30' is not a date");
  CHECK(problem(changed("[]", "{}")) == "leaves is not an array");
  CHECK(problem(changed("[]", "[1]")) == "leaves[0] is not an object");
  CHECK(problem(changed("[]", R"([{"name": "", "weight": 1}, {"weight": 2}])")) ==
        "leaves[1].name is missing");
  CHECK(problem(changed("[]", R"([{"name": "", "weight": 2147483648}])")) ==
        "leaves[0].weight is out of range");
  CHECK(problem(changed("\"birds\": {}", "\"birds\": []")) == "birds is not an object");
  CHECK(problem(changed("\"birds\": {}", "\"birds\": {\"an owl\": \"2\"}")) ==
        "birds.an owl is not a number");
}
