// Any bytes as the body of a record of each kind: refused, or read, written and read again the
// same.
#include "ledger/bodies.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

template <class T>
void try_as(std::string_view body) {
  const auto read = ovhl::ledger::parse<T>(body);
  if (!read) return;
  const auto again = ovhl::ledger::parse<T>(ovhl::ledger::text(*read));
  if (!again || !(*again == *read)) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  try_as<ovhl::ledger::started_body>(body);
  try_as<ovhl::ledger::policy_body>(body);
  try_as<ovhl::ledger::gap_body>(body);
  try_as<ovhl::ledger::vm_body>(body);
  try_as<ovhl::ledger::gone_body>(body);
  try_as<ovhl::ledger::clock_body>(body);
  try_as<ovhl::licensing::intent>(body);
  try_as<ovhl::licensing::sent>(body);
  try_as<ovhl::licensing::followed>(body);
  try_as<ovhl::ledger::result_body>(body);
  return 0;
}
