#include "base/version.hpp"

namespace ovhl {

std::string_view version() noexcept { return OVHL_VERSION; }

} // namespace ovhl
