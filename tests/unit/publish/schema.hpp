// The schemas in config/, and whether they describe the keys that are written.
#pragma once

#include "support/file_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <doctest/doctest.h>

#include <set>
#include <string>

namespace ovhl::publish::test {

inline boost::json::value schema(const std::string& name) {
  return boost::json::parse(ovhl::test::file_text(OVHL_SOURCE_DIR "/config/" + name));
}

inline std::set<std::string> keys(const boost::json::value& object) {
  std::set<std::string> all;
  for (const auto& member : object.as_object())
    all.emplace(member.key());
  return all;
}

// Exactly the keys that are written are described, and required.
inline void check_keys(const boost::json::value& written, const boost::json::value& type) {
  std::set<std::string> required;
  for (const auto& name : type.at("required").as_array())
    required.emplace(name.as_string());
  CHECK(keys(written) == keys(type.at("properties")));
  CHECK(keys(written) == required);
}

} // namespace ovhl::publish::test
