// Every key of configuration, policy and examples stands in its man page with its type, its range
// and its default, and the other way round. What the schemas say is compared with the readers by
// tests/unit/config/installed_test.cpp.
#include "page.hpp"
#include "probing.hpp"
#include "support/file_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

using namespace ovhl::test;
namespace json = boost::json;

namespace {

struct schema_key {
  bool required = false;
  std::string standard;
  names words; // of its enumeration
};
using schema_keys = std::map<std::string, schema_key>;

std::string plain(const json::value& v) {
  return v.is_string() ? std::string(v.as_string()) : json::serialize(v);
}

class schema {
 public:
  explicit schema(const char* file) : root_(json::parse(file_text(source / "config" / file))) {
    walk(root_, "", nullptr);
  }
  const schema_keys& keys() const { return keys_; }

 private:
  // `here`: the key that this describes.
  void walk(const json::value& v, const std::string& path, schema_key* here) {
    if (!v.is_object()) return;
    const json::object& o = v.as_object();
    if (const auto* ref = o.if_contains("$ref")) {
      const std::string to(ref->as_string());
      walk(root_.at("definitions").at(to.substr(to.rfind('/') + 1)), path, here);
    }
    for (const char* several : {"anyOf", "allOf"})
      if (const auto* list = o.if_contains(several))
        for (const json::value& one : list->as_array())
          walk(one, path, here);
    if (const auto* words = o.if_contains("enum"); words != nullptr && here != nullptr)
      for (const json::value& word : words->as_array())
        if (word.is_string()) here->words.emplace(word.as_string());
    if (const auto* standard = o.if_contains("default"); standard != nullptr && here != nullptr)
      here->standard = plain(*standard);
    if (const auto* items = o.if_contains("items")) walk(*items, path + "[]", nullptr);
    if (const auto* any = o.if_contains("additionalProperties")) walk(*any, path + ".*", nullptr);
    if (const auto* properties = o.if_contains("properties"))
      for (const auto& [name, what] : properties->as_object()) {
        const std::string key = (path.empty() ? "" : path + ".") + std::string(name);
        schema_key& of_key = keys_[key];
        if (const auto* required = o.if_contains("required"))
          for (const json::value& one : required->as_array())
            of_key.required = of_key.required || one == json::value(name);
        walk(what, key, &of_key);
      }
  }

  json::value root_;
  schema_keys keys_;
};

using described = std::map<std::string, facts>;

void add(described& all, const page& manual, std::string_view section, const std::string& before) {
  for (const item& i : manual.items(section))
    all[before + i.words.at(1)] = facts_of(i);
}

described configuration() {
  described all;
  add(all, page("ovh-licensed.yaml.5"), "KEYS", "");
  return all;
}

described policy() {
  const page manual("ovh-licensed-policy.5");
  described all;
  add(all, manual, "KEYS", "");
  add(all, manual, "EXPECTATIONS", "rules[].");
  add(all, manual, "EXPECTATIONS", "guest_os_families.*.");
  return all;
}

described examples() {
  described all;
  add(all, page("ovh-licensed-policy.5"), "EXAMPLES OF VMS", "");
  return all;
}

template <class Map>
names keys_of(const Map& all) {
  names keys;
  for (const auto& [key, what] : all)
    keys.insert(key);
  return keys;
}

void compare(const described& manual, const schema_keys& keys) {
  CHECK(disagreement(keys_of(manual), keys_of(keys)) == "");
  for (const auto& [key, f] : manual) {
    const auto found = keys.find(key);
    if (found == keys.end()) continue;
    CAPTURE(key);
    CHECK(f.required == found->second.required);
    CHECK(f.standard == found->second.standard);
    CHECK(f.optional == (!f.required && f.standard.empty()));
    if (!f.words.empty() && !f.others) CHECK(shown(f.words) == shown(found->second.words));
  }
}

// The value so many steps further; a step is the smallest there is of its type.
std::string beyond(const std::string& type, const std::string& value, int steps) {
  int count = 0;
  const char* const end = value.data() + value.size();
  const auto [rest, failed] = std::from_chars(value.data(), end, count);
  REQUIRE(failed == std::errc());
  if (type == "number") return fmt::format("{}", count + steps);
  if (type == "share") return fmt::format("{}%", count + steps);
  if (type == "time") {
    const int minutes = count * 60 + std::stoi(value.substr(3)) + steps;
    return minutes < 0 ? "\"-0:01\"" : fmt::format("\"{:02}:{:02}\"", minutes / 60, minutes % 60);
  }
  REQUIRE(type == "duration");
  const std::map<char, int> seconds{{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
  return fmt::format("{}s", count * seconds.at(*rest) + steps);
}

std::string in_yaml(const facts& f, const std::string& value) {
  return f.type == "time" ? '"' + value + '"' : value;
}

void check_ranges(const described& manual, const probe& program) {
  int checked = 0;
  for (const auto& [key, f] : manual) {
    if (f.least.empty()) continue;
    CAPTURE(key);
    CHECK(program.takes(key, in_yaml(f, f.least)));
    CHECK(program.takes(key, in_yaml(f, f.most)));
    CHECK_FALSE(program.takes(key, beyond(f.type, f.least, -1)));
    CHECK_FALSE(program.takes(key, beyond(f.type, f.most, +1)));
    ++checked;
  }
  CHECK(checked > 4);
}

void check_words(const described& manual, const probe& program) {
  for (const auto& [key, f] : manual) {
    CAPTURE(key);
    for (std::string word : f.words) {
      if (word == "unix:") word += "/path";
      if (word == "keep") continue; // needs more than itself
      if (word == "never") continue;
      CHECK_MESSAGE(program.takes(key, word), word);
    }
    if (!f.words.empty() && !f.others) CHECK_FALSE(program.takes(key, "zzz"));
    if (f.type != "switch") continue;
    for (const char* word : {"on", "off", "yes", "no", "true", "false"})
      CHECK(program.takes(key, word));
    CHECK_FALSE(program.takes(key, "zzz"));
  }
}

// Every kind of value that the pages speak of, right and wrong; empty: nothing is.
void check_types(const described& manual, const probe& program) {
  struct trial {
    std::string right, wrong;
  };
  const std::map<std::string, trial> of_type{
      {"text", {"UTC", "{}"}},
      {"globs", {"[\"*\"]", "{}"}},
      {"list", {"", "{}"}},
      {"mapping", {"", "[1]"}},
      {"number", {"1", "many"}},
      {"numbers", {"[1, 2]", "[many]"}},
      {"duration", {"10m", "10"}},
      {"share", {"12%", "12"}},
      {"time", {"\"13:00\"", "13"}},
      {"date", {"2027-06-30", "soon"}},
      {"path", {"some/file", "[]"}},
      {"list of text", {"[one, two]", "{}"}},
      {"path or null", {"null", "[]"}},
      {"URL or null", {"https://host/path", "host"}},
      {"list of text or null", {"[one, two]", "{}"}},
      {"text or null", {"null", "{}"}},
      {"days", {"[mon-wed, \"sat,sun\"]", "someday"}},
      {"switch", {"on", "perhaps"}},
      {"anything", {"[{any: thing}]", ""}},
      {"verdict", {"missing", "perhaps"}},
      {"verdict or mapping", {"{verdict: missing}", "perhaps"}},
  };
  for (const auto& [key, f] : manual) {
    if (!f.words.empty() && !f.type.ends_with(" or null")) continue; // see check_words
    CAPTURE(key);
    CAPTURE(f.type);
    const auto found = of_type.find(f.type);
    REQUIRE(found != of_type.end());
    const std::string right = key.ends_with(".license") ? "null" : found->second.right;
    if (!right.empty()) CHECK(program.takes(key, right));
    if (!found->second.wrong.empty()) CHECK_FALSE(program.takes(key, found->second.wrong));
  }
}

// Another value than the default.
std::string another(const std::string& key, const facts& f) {
  if (key == "http") return "127.0.0.1:9877";
  if (f.type == "path") return "/another/file";
  if (f.type == "text") return "Europe/Paris";
  if (f.type == "switch") return f.standard == "on" ? "off" : "on";
  if (f.type == "time") return "\"12:15\"";
  if (!f.least.empty()) return f.least;
  for (const std::string& word : f.words)
    if (word != f.standard) return word;
  return {};
}

// To say the default is to say nothing, and to say something else is not.
void check_defaults(const described& manual, const probe& program, int at_least) {
  int checked = 0;
  for (const auto& [key, f] : manual) {
    if (f.standard.empty()) continue;
    CAPTURE(key);
    const std::string without = program.meaning(program.file(key, std::nullopt));
    CHECK(program.meaning(program.file(key, in_yaml(f, f.standard))) == without);
    CHECK(program.meaning(program.file(key, another(key, f))) != without);
    ++checked;
  }
  CHECK(checked >= at_least);
}

// What the reader itself says can stand beside or below a key.
names known_to_reader(const probe& program, const std::string& file) {
  constexpr std::string_view hint = "unknown key 'zzzzzzzzzzzzzzzz'; allowed here: ";
  for (const std::string& mistake : program.mistakes(file))
    if (mistake.starts_with(hint)) return all_of(mistake.substr(hint.size()), "([a-z_]+)");
  return {};
}

} // namespace

TEST_CASE("The man page of the configuration has every key, and no other") {
  const schema program("config.schema.json");
  REQUIRE(program.keys().size() > 20);
  compare(configuration(), program.keys());
}

TEST_CASE("The man page of the policy has every key, and no other") {
  const schema program("policy.schema.json");
  REQUIRE(program.keys().size() > 30);
  compare(policy(), program.keys());
}

TEST_CASE("The man page of the policy has every key of a file of examples, and no other") {
  const probe program = of_examples();
  const std::string unknown = "zzzzzzzzzzzzzzzz";
  names keys;
  const auto add_below = [&](const std::string& key, const std::string& file) {
    const names found = known_to_reader(program, file);
    CHECK_MESSAGE(!found.empty(), file);
    for (const std::string& one : found)
      keys.insert(key + one);
  };
  add_below("", "{" + unknown + ": 1}");
  add_below("examples[].", "examples: [{" + unknown + ": 1}]");
  add_below("examples[].vm.", program.file("examples[].vm." + unknown, "1"));
  add_below("examples[].expect.", program.file("examples[].expect." + unknown, "1"));
  CHECK(disagreement(keys_of(examples()), keys) == "");
}

TEST_CASE("What the man pages say of required keys of examples is so") {
  const probe program = of_examples();
  names required;
  for (const auto& [key, f] : examples())
    if (f.required) required.insert(key);
  CHECK(shown(required) == "examples, examples[].expect, examples[].expect.verdict, examples[].vm");
  CHECK_FALSE(program.mistakes("{}").empty());
  CHECK_FALSE(program.mistakes("examples: [{vm: {name: x}}]").empty());
  CHECK_FALSE(program.mistakes("examples: [{expect: missing}]").empty());
  CHECK_FALSE(program.mistakes("examples: [{vm: {name: x}, expect: {rule: x}}]").empty());
}

TEST_CASE("The ranges in the man pages are those that the program takes") {
  check_ranges(configuration(), of_configuration());
  check_ranges(policy(), of_policy());
}

TEST_CASE("The words in the man pages are those that the program takes") {
  check_words(configuration(), of_configuration());
  check_words(policy(), of_policy());
  check_words(examples(), of_examples());
}

TEST_CASE("The types in the man pages are those that the program takes") {
  check_types(configuration(), of_configuration());
  check_types(policy(), of_policy());
  check_types(examples(), of_examples());
}

TEST_CASE("The defaults in the man pages are the program's") {
  check_defaults(configuration(), of_configuration(), 12);
  check_defaults(policy(), of_policy(), 12);
  check_defaults(examples(), of_examples(), 1);
}
