// Percent-encoding of what goes into a path or a form.
#pragma once

#include <string>
#include <string_view>

namespace ovhl::ovh {

// Everything but RFC 3986's unreserved characters.
std::string percent_encoded(std::string_view);

} // namespace ovhl::ovh
