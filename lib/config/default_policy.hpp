// What `extends: default` stands for: config/policy-default.yaml, built into the program.
#pragma once

#include <string_view>

namespace ovhl::config {

std::string_view default_policy() noexcept;

} // namespace ovhl::config
