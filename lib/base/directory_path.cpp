#include "base/directory_path.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <deque>
#include <system_error>
#include <utility>

namespace ovhl {

namespace fs = std::filesystem;

namespace {

constexpr int most_links = 40; // as the kernel has it

class walk {
 public:
  boost::system::result<directory_path, broken_path> to(const fs::path& directory) {
    std::error_code failed;
    const fs::path whole = fs::absolute(directory, failed);
    if (failed) return broken_path{directory, failed.value()};
    rest_.assign(whole.begin(), whole.end());
    while (!rest_.empty()) {
      const fs::path next = std::move(rest_.front());
      rest_.pop_front();
      if (const int code = step(next); code != 0) return broken_path{at_ / next, code};
    }
    return directory_path{at_,          here_.st_uid, here_.st_gid, here_.st_mode & 07777U,
                          here_.st_dev, here_.st_ino, foreign()};
  }

 private:
  // Everything that decides where the path leads: each link, and each directory it goes through.
  struct decider {
    fs::path what;
    uid_t owner;
    bool open_to_others; // who may replace what belongs to root
  };

  int step(const fs::path& name) {
    if (name.empty() || name == ".") return 0;
    const fs::path next = at_ / name; // an absolute name starts again at the root
    struct stat found{};
    if (::lstat(next.c_str(), &found) != 0) return errno;
    const bool sticky = (here_.st_mode & S_ISVTX) != 0;
    if (!at_.empty() && !name.is_absolute())
      deciders_.push_back({at_, here_.st_uid, (here_.st_mode & 022U) != 0 && !sticky});
    if (S_ISLNK(found.st_mode)) return follow(next, found.st_uid);
    if (!S_ISDIR(found.st_mode)) return ENOTDIR;
    at_ = name == ".." ? at_.parent_path() : next;
    here_ = found;
    return 0;
  }

  int follow(const fs::path& link, uid_t owner) {
    if (++links_ > most_links) return ELOOP;
    std::error_code failed;
    const fs::path target = fs::read_symlink(link, failed);
    if (failed) return failed.value();
    deciders_.push_back({link, owner, false});
    rest_.insert(rest_.begin(), target.begin(), target.end());
    return 0;
  }

  std::optional<fs::path> foreign() const {
    for (const decider& d : deciders_)
      if ((d.owner != 0 && d.owner != here_.st_uid) || (here_.st_uid == 0 && d.open_to_others))
        return d.what;
    return std::nullopt;
  }

  std::deque<fs::path> rest_;
  fs::path at_;
  struct stat here_{};
  std::deque<decider> deciders_;
  int links_ = 0;
};

} // namespace

boost::system::result<directory_path, broken_path> follow_directory(const fs::path& directory) {
  return walk().to(directory);
}

fs::path directory_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

std::optional<user> user_of(uid_t id) {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(id, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
    return std::nullopt;
  return user{found->pw_name, found->pw_gid};
}

std::string user_called(uid_t id) {
  const auto found = user_of(id);
  return found ? fmt::format("'{}'", found->name) : fmt::format("uid {}", id);
}

} // namespace ovhl
