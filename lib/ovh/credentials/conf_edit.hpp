// Puts keys into one section of an ovh.conf and leaves everything else unchanged. Pure.
#pragma once

#include "ovh/credentials/credentials.hpp"

#include <string>
#include <string_view>

namespace ovhl::ovh {

// Returns the text with this section's application_key, application_secret and consumer_key set; a
// new section is added at the end. Comments, other keys and sections, their order and line ends do
// not change. Fails if the text is no ovh.conf, or if the section has credentials of another kind.
// The caller must wipe the text, because it holds secrets.
result<std::string> with_keys(std::string_view text, std::string_view file_name,
                              std::string_view section, const application_credentials&);

// The beginning of a new file.
extern const std::string_view conf_head;

// Fails as above.
result<void> can_take_keys(const ini&, std::string_view file_name, std::string_view section);

} // namespace ovhl::ovh
