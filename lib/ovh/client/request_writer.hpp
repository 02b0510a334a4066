// Writes whole requests of an account: head, signature or token, and body. The text must be wiped,
// because it contains secrets. An error says what must not be sent.
#pragma once

#include "ovh/client/client_parts.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ovhl::ovh {

std::optional<error> write_request(std::string& message, std::string_view method, const request&,
                                   const client_parts&);

// The request that exchanges OAuth2 credentials for a token at `from`.
std::optional<error> write_token_request(std::string& message, const url& from,
                                         const client_parts&);

} // namespace ovhl::ovh
