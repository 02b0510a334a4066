// Any bytes as an ovh.conf that keys are put into: refused if it is none, else an ovh.conf with
// these keys and everything else that it had.
#include "ovh/credentials/conf_edit.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace ovhl;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto before = ovh::parse_ini(text, "ovh.conf");
  const ovh::application_credentials keys{"AK", secret("AS"), secret("CK")};
  const auto edited = ovh::with_keys(text, "ovh.conf", "ovh-eu", keys);
  if (!before && edited) std::abort();
  if (!edited) return 0;
  auto expected = before->sections;
  auto& ours = expected["ovh-eu"];
  ours["application_key"] = secret("AK");
  ours["application_secret"] = secret("AS");
  ours["consumer_key"] = secret("CK");
  const auto after = ovh::parse_ini(*edited, "ovh.conf");
  if (!after || after->sections != expected) std::abort();
  return 0;
}
