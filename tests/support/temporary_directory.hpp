// A directory of a test's own, which only its owner may enter and which goes with the object.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <string_view>

namespace ovhl::test {

class temporary_directory {
 public:
  // In `parent`; empty: where the system keeps temporary files.
  explicit temporary_directory(const std::filesystem::path& parent = {});
  ~temporary_directory();
  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }
  std::filesystem::path operator/(const std::filesystem::path& name) const { return path_ / name; }
  std::ptrdiff_t entries() const;

  // Both make what is missing of the way, set the mode whatever the umask is, and return the path.
  std::filesystem::path file(std::string_view name, std::string_view text,
                             mode_t mode = 0600) const;
  std::filesystem::path directory(std::string_view name, mode_t mode = 0755) const;
  std::filesystem::path directory(std::string_view name, mode_t mode, uid_t owner) const;

 private:
  std::filesystem::path path_;
};

} // namespace ovhl::test
