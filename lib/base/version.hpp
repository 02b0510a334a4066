// The program's version, as CMakeLists.txt has it.
#pragma once

#include <string_view>

namespace ovhl {

std::string_view version() noexcept;

} // namespace ovhl
