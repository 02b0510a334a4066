// An environment variable with another value, or none, until the object goes.
#pragma once

#include <optional>
#include <string>

namespace ovhl::test {

class environment_variable {
 public:
  environment_variable(const char* name, const std::optional<std::string>& value);
  ~environment_variable();
  environment_variable(const environment_variable&) = delete;
  environment_variable& operator=(const environment_variable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

} // namespace ovhl::test
