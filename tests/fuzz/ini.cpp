// Any bytes as an ovh.conf: sections, or an error that quotes nothing of what stands behind an
// equals sign.
#include "ovh/credentials/credentials.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  const std::string marked = text + "\n[s]\nkey=NeverShowThis\nbroken line\n";
  const auto read = ovhl::ovh::parse_ini(marked, "ovh.conf");
  if (!read && words(read.error()).find("NeverShowThis") != std::string::npos) std::abort();
  static_cast<void>(ovhl::ovh::parse_ini(text, "ovh.conf"));
  return 0;
}
