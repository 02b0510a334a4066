// Puts keys into one section of an ovh.conf and leaves everything else unchanged. Pure.
#pragma once

#include "ovh/credentials/credentials.hpp"

#include <string>
#include <string_view>

namespace ovhl::ovh {

// The text with application_key, application_secret and consumer_key of this section set; a section
// that is not there comes at the end. Comments, other keys and sections, their order and the line
// endings stay. Refused where the text is no ovh.conf, or the section has credentials of another
// kind. The text holds secrets: to be wiped.
result<std::string> with_keys(std::string_view text, std::string_view file_name,
                              std::string_view section, const application_credentials&);

// What stands at the beginning of a file that is new.
extern const std::string_view conf_head;

// Refused as above.
result<void> can_take_keys(const ini&, std::string_view file_name, std::string_view section);

} // namespace ovhl::ovh
