// Any bytes as a policy: a value or mistakes, never both, never neither.
#include "config/policy_file.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = ovhl::config::parse_policy(text, "policy.yaml");
  if (read.value.has_value() != read.errors.empty()) std::abort();
  for (const auto& mistake : read.errors)
    ovhl::config::illustrated(mistake, true);
  return 0;
}
