// Checks JSON against a JSON Schema, as far as the schemas of this project go. Keys that the schema
// does not name are mistakes too: what the program writes is to be described.
#pragma once

#include <boost/json/value.hpp>

#include <string>
#include <vector>

namespace ovhl::test {

// What is wrong, each with its JSON pointer; nothing if all is right.
std::vector<std::string> mistakes(const boost::json::value&, const boost::json::value& schema);

} // namespace ovhl::test
