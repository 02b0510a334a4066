// Compares what is declared for a VM with what one rule or map entry expects, under one guest id.
#pragma once

#include "licensing/match.hpp"

#include <string_view>

namespace ovhl::licensing {

// What the VM's details and the list of licensed VMs say together about its license. Null and
// "unlicensed windows guestos" declare nothing. The list only counts for a VM that it contains.
struct declaration {
  std::string_view license;        // null: none
  bool managed = false;            // either of them says so
  bool contradictory = false;      // they declare different things, so neither is relied on
  bool unconfirmed = false;        // the details declare one, but the list lacks the VM
  bool counted_as_windows = false; // either says "unlicensed windows guestos"
};
declaration declaration_of(const vm&) noexcept;

struct assessment {
  licensing::verdict verdict = licensing::verdict::review;
  licensing::action action = licensing::action::none;
  cause why{};
};
// For a VM that is not managed and whose declaration is not contradictory.
assessment assess(const source& from, std::string_view guest, const vm&, const policy&) noexcept;

// The guest id that counts, and the other one if it may lead to another verdict. Both are tried if
// they are known and differ, except that an unspecific "windowsGuest" contradicts no configured
// Windows.
struct guest_ids {
  std::string_view basis; // null or empty: not known
  std::string_view other; // null: none to try
};
guest_ids guest_ids_of(const vm&, guest_source) noexcept;

} // namespace ovhl::licensing
