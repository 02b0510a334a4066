// The words that reasons and explanations share.
#pragma once

#include "licensing/assess.hpp"

#include <string>
#include <string_view>

namespace ovhl::licensing {

// "windows2019srv_64Guest (Windows Server 2019)"; "an unknown guest OS" if it is not known.
std::string guest_in_words(std::string_view guest);
// Why the VM gets this verdict under this guest id. Leaves out the guest id if it was just named.
// Does not cover the case of two guest ids that disagree.
std::string sentence(cause, const source& from, std::string_view guest, bool guest_is_said,
                     const vm&, const policy&);
// What the source leads to; leaves out the guest id, which was just named.
std::string consequence(const source& from, std::string_view guest, const vm&, const policy&);
// "pattern, pattern".
std::string joined(const std::vector<glob>&);

} // namespace ovhl::licensing
