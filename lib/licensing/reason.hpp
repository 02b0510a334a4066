// The words that reasons and explanations share.
#pragma once

#include "licensing/assess.hpp"

#include <string>
#include <string_view>

namespace ovhl::licensing {

// "windows2019srv_64Guest (Windows Server 2019)"; for one that is not known "an unknown guest OS".
std::string guest_in_words(std::string_view guest);
// Why this outcome, for the VM under this guest id; not for what two guest ids lead to. The guest
// id is not named again where it has just been said.
std::string sentence(cause, const source& from, std::string_view guest, bool guest_is_said,
                     const vm&, const policy&);
// What the source leads to, where the guest id has just been said.
std::string consequence(const source& from, std::string_view guest, const vm&, const policy&);
// "pattern, pattern".
std::string joined(const std::vector<glob>&);

} // namespace ovhl::licensing
