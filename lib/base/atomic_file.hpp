// Replaces a file atomically: the new content is written beside it, synced and renamed, so that a
// reader never sees a part. A link that root or we made is followed and its target replaced;
// another user's link is refused, because it could make us overwrite a file of our own.
#pragma once

#include "base/descriptor.hpp"
#include "base/error.hpp"

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace ovhl {

// Where a path leads after all links were followed, and what is there.
struct destination {
  enum class kind : std::uint8_t {
    regular,
    missing,      // or its directory cannot be read; writing there reports why
    not_regular,  // a rename would replace /dev/stdout by a plain file
    foreign_link, // made by another user
    foreign_way,  // we are root, and another user can redirect a directory of the path
    astray,       // the path cannot be followed: errno is in `code`
  };
  kind what = kind::missing;
  std::filesystem::path path; // the end, or the part that could not be followed
  int code = 0;
};
destination follow_links(std::filesystem::path);
// The error for a foreign_way: `path` should be written, another user controls `by`.
error led_astray(const std::filesystem::path& path, const std::filesystem::path& by);

// Whether the content must survive a power failure, which costs a sync.
enum class lasting : std::uint8_t { yes, no };

// A temporary file beside the one to be replaced, readable by us alone at first, and deleted unless
// move() succeeded. It works on an open directory, so renaming that directory does no harm. A
// function that fails leaves its reason in errno.
class replacement {
 public:
  explicit replacement(const std::filesystem::path& of); // must not be a link
  ~replacement();
  replacement(const replacement&) = delete;
  replacement& operator=(const replacement&) = delete;

  bool made() const noexcept { return file_.fd >= 0; }
  bool belong_to(uid_t, gid_t) const noexcept; // without effect unless we are root
  bool fill(std::string_view content, mode_t, lasting = lasting::yes) const noexcept;
  bool move() noexcept;
  void sync_directory() const; // the new name survives a power failure

 private:
  int make();

  std::string target_; // its name in the directory
  std::string name_;
  descriptor directory_;
  descriptor file_;
  bool moved_ = false;
};

result<void> replace_file(const std::filesystem::path&, std::string_view content,
                          mode_t mode = 0644, lasting = lasting::yes);

} // namespace ovhl
