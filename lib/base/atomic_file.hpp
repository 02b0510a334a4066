// Replacing a file so that a reader sees the old or the new content, never a part: written beside
// it, synced, renamed. A link that root or we made is followed, and the file it leads to replaced;
// anybody else's could lead us to overwrite a file of ours in their stead.
#pragma once

#include "base/descriptor.hpp"
#include "base/error.hpp"

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace ovhl {

// Where links lead in the end.
struct destination {
  enum class finding : std::uint8_t {
    regular,
    missing,      // or its directory cannot be looked into: to write there will tell why
    not_regular,  // a rename would put a plain file in the place of /dev/stdout
    foreign_link, // made by somebody else
    astray,       // see `code`
  };
  finding what = finding::missing;
  std::filesystem::path path; // the end, or the link at which it was given up
  int code = 0;
};
destination follow_links(std::filesystem::path);

// A file of our own, at first for us alone, beside the one that it is to replace; it goes again
// unless it was moved to its place. What has failed left its reason in errno.
class replacement {
 public:
  explicit replacement(const std::filesystem::path& of); // which is no link
  ~replacement();
  replacement(const replacement&) = delete;
  replacement& operator=(const replacement&) = delete;

  bool made() const noexcept { return file_.fd >= 0; }
  bool belong_to(uid_t, gid_t) const noexcept; // without effect unless we are root
  bool fill(std::string_view content, mode_t) const noexcept;
  bool move() noexcept;
  void sync_directory() const; // so that it stands there after a power failure, too

 private:
  std::filesystem::path target_;
  std::string name_;
  descriptor file_;
  bool moved_ = false;
};

result<void> replace_file(const std::filesystem::path&, std::string_view content,
                          mode_t mode = 0644);

} // namespace ovhl
