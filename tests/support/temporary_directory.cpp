#include "support/temporary_directory.hpp"

#include "support/file_text.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <iterator>
#include <string>
#include <system_error>

namespace ovhl::test {

namespace fs = std::filesystem;

namespace {

void require(bool done, const fs::path& path) {
  if (!done) throw std::system_error(errno, std::generic_category(), path.string());
}

} // namespace

temporary_directory::temporary_directory(const fs::path& parent) {
  std::string name = (parent.empty() ? fs::temp_directory_path() : parent) / "ovhl-test-XXXXXX";
  require(::mkdtemp(name.data()) != nullptr, name);
  path_ = name;
}

temporary_directory::~temporary_directory() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::ptrdiff_t temporary_directory::entries() const {
  return std::distance(fs::directory_iterator(path_), fs::directory_iterator());
}

fs::path temporary_directory::file(std::string_view name, std::string_view text,
                                   mode_t mode) const {
  fs::path made = path_ / name;
  fs::create_directories(made.parent_path());
  write_file(made, text);
  require(::chmod(made.c_str(), mode) == 0, made);
  return made;
}

fs::path temporary_directory::directory(std::string_view name, mode_t mode) const {
  return directory(name, mode, ::geteuid());
}

fs::path temporary_directory::directory(std::string_view name, mode_t mode, uid_t owner) const {
  fs::path made = path_ / name;
  fs::create_directories(made);
  require(::chown(made.c_str(), owner, owner) == 0, made);
  require(::chmod(made.c_str(), mode) == 0, made);
  return made;
}

} // namespace ovhl::test
