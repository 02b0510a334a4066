// Replacing a file so that a reader sees the old or the new content, never a part: written beside
// it, synced, renamed. A link made by root or by us is followed and its target replaced; anybody
// else's link could make us overwrite one of our own files.
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
  enum class kind : std::uint8_t {
    regular,
    missing,      // or its directory cannot be looked into: to write there will tell why
    not_regular,  // a rename would put a plain file in the place of /dev/stdout
    foreign_link, // made by somebody else
    foreign_way,  // we are root, and somebody else decides where a directory's name leads
    astray,       // see `code`
  };
  kind what = kind::missing;
  std::filesystem::path path; // the end, or what it was given up at
  int code = 0;
};
destination follow_links(std::filesystem::path);
// What is wrong with a foreign_way: `path` was to be written, `by` is in other hands.
error led_astray(const std::filesystem::path& path, const std::filesystem::path& by);

// Whether a content must outlast a power failure: that costs a wait for the disk.
enum class lasting : std::uint8_t { yes, no };

// A file of our own, at first for us alone, beside the one that it is to replace; it goes again
// unless it was moved to its place. All of it happens in one directory, whatever becomes of its
// name meanwhile. What has failed left its reason in errno.
class replacement {
 public:
  explicit replacement(const std::filesystem::path& of); // which is no link
  ~replacement();
  replacement(const replacement&) = delete;
  replacement& operator=(const replacement&) = delete;

  bool made() const noexcept { return file_.fd >= 0; }
  bool belong_to(uid_t, gid_t) const noexcept; // without effect unless we are root
  bool fill(std::string_view content, mode_t, lasting = lasting::yes) const noexcept;
  bool move() noexcept;
  void sync_directory() const; // so that it stands there after a power failure, too

 private:
  int make();

  std::string target_; // in the directory, as is
  std::string name_;
  descriptor directory_;
  descriptor file_;
  bool moved_ = false;
};

result<void> replace_file(const std::filesystem::path&, std::string_view content,
                          mode_t mode = 0644, lasting = lasting::yes);

} // namespace ovhl
