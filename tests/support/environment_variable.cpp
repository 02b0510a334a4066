#include "support/environment_variable.hpp"

#include <cstdlib>

namespace ovhl::test {

namespace {

void put(const char* name, const std::optional<std::string>& value) {
  if (value)
    ::setenv(name, value->c_str(), 1);
  else
    ::unsetenv(name);
}

} // namespace

environment_variable::environment_variable(const char* name,
                                           const std::optional<std::string>& value)
    : name_(name) {
  if (const char* const before = std::getenv(name)) before_ = before;
  put(name, value);
}

environment_variable::~environment_variable() { put(name_, before_); }

} // namespace ovhl::test
