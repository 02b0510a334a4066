// SHA-256 for evidence, HMAC-SHA-256 for seals, SHA-1 because the API's signature is made with it;
// all as lower-case hexadecimal.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace ovhl {

std::string sha256(std::string_view);
std::string hmac_sha256(std::string_view key, std::string_view text);

// Digests of the parts in order, so that a secret need not be copied into a longer string first.
std::string sha1(std::initializer_list<std::string_view> parts);

} // namespace ovhl
