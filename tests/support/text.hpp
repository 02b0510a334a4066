// What tests look for in texts.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::test {

bool contains(std::string_view text, std::string_view part);
std::size_t count(std::string_view text, std::string_view part);
std::vector<std::string> lines(std::string_view text); // without their ends

} // namespace ovhl::test
