#include "agent/problem_reporter.hpp"

#include <fmt/format.h>

namespace ovhl::agent {

void problem_reporter::bug(const std::string& in, const std::string& what) {
  error e;
  e.kind = failure::invalid;
  e.where = in;
  e.message = fmt::format("this is a bug, please report it: {}", what);
  report("bug: " + in, {e});
}

} // namespace ovhl::agent
