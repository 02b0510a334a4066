// A folder of a test's own, for files that hold secrets.
#pragma once

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace ovhl::test {

class private_folder {
 public:
  private_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "ovhl-secrets-XXXXXX").string();
    folder = ::mkdtemp(name.data());
  }
  ~private_folder() { std::filesystem::remove_all(folder); }
  private_folder(const private_folder&) = delete;
  private_folder& operator=(const private_folder&) = delete;

  std::filesystem::path file(const std::string& name, const std::string& text,
                             unsigned mode = 0600) const {
    const std::filesystem::path path = folder / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
    ::chmod(path.c_str(), mode);
    return path;
  }

  std::filesystem::path folder;
};

} // namespace ovhl::test
