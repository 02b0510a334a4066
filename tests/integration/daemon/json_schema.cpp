#include "json_schema.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string_view>

namespace ovhl::test {

namespace json = boost::json;

namespace {

class checker {
 public:
  explicit checker(const json::value& root) : root_(&root) {}

  void check(const json::value& v, const json::object& schema, const std::string& at) {
    if (const auto* reference = schema.if_contains("$ref")) {
      const std::string_view pointer = reference->as_string();
      return check(v, root_->at_pointer(pointer.substr(1)).as_object(), at);
    }
    if (const auto* choices = schema.if_contains("anyOf")) return check_any(v, *choices, at);
    for (const auto& [keyword, rule] : schema)
      if (!known_.contains(std::string_view(keyword)))
        throw std::runtime_error(fmt::format("schema keyword '{}'", std::string_view(keyword)));
    if (const auto* type = schema.if_contains("type"); type && !is(v, *type))
      return wrong(at,
                   fmt::format("{} is not of type {}", json::serialize(v), json::serialize(*type)));
    if (const auto* one = schema.if_contains("const"); one && v != *one)
      wrong(at, json::serialize(v) + " is not " + json::serialize(*one));
    if (const auto* all = schema.if_contains("enum"); all && !among(v, all->as_array()))
      wrong(at, json::serialize(v) + " is not one of " + json::serialize(*all));
    if (const auto* least = schema.if_contains("minimum");
        least && v.to_number<double>() < least->to_number<double>())
      wrong(at, json::serialize(v) + " is too small");
    if (v.is_object()) check_object(v.get_object(), schema, at);
    if (const auto* items = schema.if_contains("items"); items && v.is_array())
      for (std::size_t i = 0; i < v.get_array().size(); ++i)
        check(v.get_array()[i], items->as_object(), fmt::format("{}/{}", at, i));
  }

  std::vector<std::string> found;

 private:
  void wrong(const std::string& at, const std::string& what) { found.push_back(at + ": " + what); }

  void check_any(const json::value& v, const json::value& choices, const std::string& at) {
    for (const json::value& choice : choices.as_array()) {
      checker one(*root_);
      one.check(v, choice.as_object(), at);
      if (one.found.empty()) return;
    }
    wrong(at, json::serialize(v) + " is nothing of what it may be");
  }

  void check_object(const json::object& o, const json::object& schema, const std::string& at) {
    if (const auto* required = schema.if_contains("required"))
      for (const json::value& key : required->as_array())
        if (!o.contains(key.as_string()))
          wrong(at, fmt::format("'{}' is missing", std::string_view(key.as_string())));
    const auto* properties = schema.if_contains("properties");
    for (const auto& [key, value] : o) {
      const auto* rule = properties ? properties->as_object().if_contains(key) : nullptr;
      const std::string where = fmt::format("{}/{}", at, std::string_view(key));
      if (rule)
        check(value, rule->as_object(), where);
      else
        wrong(where, "is not described");
    }
  }

  static bool is(const json::value& v, const json::value& type) {
    if (type.is_array())
      return std::ranges::any_of(type.get_array(),
                                 [&](const json::value& one) { return is(v, one); });
    const std::string_view name = type.as_string();
    if (name == "object") return v.is_object();
    if (name == "array") return v.is_array();
    if (name == "string") return v.is_string();
    if (name == "boolean") return v.is_bool();
    if (name == "null") return v.is_null();
    if (name == "integer") return v.is_int64() || v.is_uint64();
    if (name == "number") return v.is_number();
    throw std::runtime_error(fmt::format("schema type '{}'", name));
  }

  static bool among(const json::value& v, const json::array& all) {
    return std::ranges::find(all, v) != all.end();
  }

  const json::value* root_;
  const std::set<std::string_view> known_{"$schema",  "title",      "description", "type",
                                          "required", "properties", "enum",        "const",
                                          "items",    "minimum",    "definitions", "format"};
};

} // namespace

std::vector<std::string> mistakes(const json::value& v, const json::value& schema) {
  checker all(schema);
  all.check(v, schema.as_object(), "");
  return all.found;
}

} // namespace ovhl::test
