// What is declared for a VM against what one rule or map entry expects, under one guest id.
#pragma once

#include "licensing/match.hpp"

#include <string_view>

namespace ovhl::licensing {

// What the two places that tell of a VM's license say together. Null and "unlicensed windows
// guestos" declare nothing; the list of licensed VMs only counts for a VM that stands in it.
struct declaration {
  std::string_view license;        // null: none
  bool managed = false;            // either place says so
  bool contradictory = false;      // they declare different things: nothing may be built on that
  bool unconfirmed = false;        // the details declare one, and the list leaves the VM out
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

// The guest id that counts, and the other one where it may lead to something else. Where both are
// known and differ, both are tried, except that an unspecific "windowsGuest" says nothing against
// any Windows that is configured.
struct guest_ids {
  std::string_view basis; // null or empty: not known
  std::string_view other; // null: there is no other to try
};
guest_ids guest_ids_of(const vm&, guest_source) noexcept;

} // namespace ovhl::licensing
