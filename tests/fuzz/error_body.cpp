// Any bytes as the body of a refusal, with any status: always an error with words.
#include "ovh/client/api_error.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  ovhl::ovh::refusal said;
  said.status = 300 + (data[0] | data[1] << 8) % 300;
  said.body.assign(reinterpret_cast<const char*>(data) + 2, size - 2);
  said.path = "/dedicatedCloud";
  if (words(ovhl::ovh::api_error(said)).empty()) std::abort();
  if (words(ovhl::ovh::token_error(said)).empty()) std::abort();
  return 0;
}
