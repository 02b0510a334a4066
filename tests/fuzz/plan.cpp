// Any bytes as a plan file: its corrections, or an error; and no text but a sealed one has a seal
// that fits.
#include "publish/plan.hpp"

#include "publish/plan_file.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = ovhl::publish::read_plan(text);
  if (!read && read.error().message.empty()) std::abort();
  if (ovhl::publish::check_seal(text, "a key that no input was sealed with")) std::abort();
  return 0;
}
