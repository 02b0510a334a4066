#include "base/same_file.hpp"

#include "base/directory_path.hpp"

#include <sys/stat.h>

#include <system_error>

namespace ovhl {

namespace fs = std::filesystem;

namespace {

// Follows links even if their target does not exist yet.
fs::path without_link(fs::path path) {
  constexpr int longest_chain = 8;
  for (int links = 0; links < longest_chain; ++links) {
    std::error_code failed;
    const fs::path target = fs::read_symlink(path, failed);
    if (failed) break;
    path = directory_of(path) / target; // an absolute target replaces the whole
  }
  return path;
}

} // namespace

file_identity identity_of(const fs::path& path) {
  struct stat found{};
  if (::stat(path.c_str(), &found) == 0) return {found.st_dev, found.st_ino, {}};
  const fs::path end = without_link(path);
  if (::stat(directory_of(end).c_str(), &found) == 0)
    return {found.st_dev, found.st_ino, end.filename().string()};
  std::error_code failed;
  return {0, 0, fs::weakly_canonical(fs::absolute(end, failed), failed).string()};
}

} // namespace ovhl
