// Reads a whole file. It must be a regular file, because a pipe could block and a device has no
// end, and it must not be larger than the caller expects.
#pragma once

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

namespace ovhl {

// Why there is no content.
struct unread_file {
  enum class cause : std::uint8_t { failed, not_regular, too_large };
  cause why = cause::failed;
  int code = 0; // with `failed`: errno, EISDIR for a directory
};

enum class links : std::uint8_t { followed, refused }; // refused: ELOOP

boost::system::result<std::string, unread_file>
read_file(const std::filesystem::path&, std::size_t largest, links = links::followed);

// The same of an open file. It may hold secrets: what is not returned is wiped.
boost::system::result<std::string, unread_file> read_file(int fd, std::size_t largest);

} // namespace ovhl
