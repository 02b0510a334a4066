// Any bytes as a status file: what it says, rendered, or an error.
#include "publish/status_text.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = ovhl::publish::read_status(text);
  if (read) {
    ovhl::terminal t;
    t.tty = true;
    ovhl::publish::status_text(*read, t, ovhl::instant{});
  }
  return 0;
}
