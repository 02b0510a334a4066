// Any bytes as a configuration: a value or mistakes, never both, never neither.
#include "config/settings.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = ovhl::config::parse_settings(text, "config.yaml");
  if (read.value.has_value() != read.errors.empty()) std::abort();
  for (const auto& mistake : read.errors)
    ovhl::config::illustrated(mistake, true);
  return 0;
}
