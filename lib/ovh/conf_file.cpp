#include "ovh/conf_file.hpp"

#include "ovh/conf_edit.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace ovhl::ovh {

namespace fs = std::filesystem;

namespace {

error wrong(const fs::path& file, std::string message, std::string advice = {}) {
  error e;
  e.where = file.string();
  e.message = std::move(message);
  e.advice = std::move(advice);
  return e;
}

error failed(const fs::path& file, const char* what, int code) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  std::string advice;
  if (code == EACCES || code == EPERM || code == EROFS)
    advice = "run it as root (sudo), or name another file with --file";
  else if (code == ENOENT)
    advice = fmt::format("create the directory '{}'", folder.string());
  return wrong(file, fmt::format("{}: {}", what, std::generic_category().message(code)),
               std::move(advice));
}

struct descriptor {
  int fd = -1;
  explicit descriptor(int it) noexcept : fd(it) {}
  ~descriptor() {
    if (fd >= 0) ::close(fd);
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
};

// A file beside the one to be replaced; it goes again unless it is moved to its place.
class replacement {
 public:
  explicit replacement(const fs::path& of)
      : target_(of),
        name_((of.parent_path() / ("." + of.filename().string() + ".XXXXXX")).string()),
        file_(::mkostemp(name_.data(), O_CLOEXEC)) {}
  ~replacement() {
    if (file_.fd >= 0 && !moved_) ::unlink(name_.c_str());
  }
  replacement(const replacement&) = delete;
  replacement& operator=(const replacement&) = delete;

  bool made() const noexcept { return file_.fd >= 0; }
  // Only root may give a file away.
  bool belong_to(const struct stat& owner) const noexcept {
    return ::geteuid() != 0 || ::fchown(file_.fd, owner.st_uid, owner.st_gid) == 0;
  }
  bool fill(std::string_view content) const noexcept {
    while (!content.empty()) {
      const ssize_t count = ::write(file_.fd, content.data(), content.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return false;
      content.remove_prefix(static_cast<std::size_t>(count));
    }
    return ::fchmod(file_.fd, 0600) == 0 && ::fsync(file_.fd) == 0;
  }
  bool move() noexcept {
    moved_ = ::rename(name_.c_str(), target_.c_str()) == 0;
    if (!moved_) return false;
    const descriptor folder(::open(target_.has_parent_path() ? target_.parent_path().c_str() : ".",
                                   O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.fd >= 0) ::fsync(folder.fd); // it stands there, whether this succeeds or not
    return true;
  }

 private:
  fs::path target_;
  std::string name_;
  descriptor file_;
  bool moved_ = false;
};

// A link stays, what it leads to is replaced; not one that somebody else has put there for us.
result<fs::path> target_of(const fs::path& file) {
  struct stat link{};
  if (::lstat(file.c_str(), &link) != 0 || !S_ISLNK(link.st_mode)) return file;
  if (link.st_uid != 0 && link.st_uid != ::geteuid())
    return wrong(file, "is a link that belongs to another user", "name the file itself");
  std::error_code failure;
  const fs::path target = fs::canonical(file, failure);
  if (failure)
    return wrong(file, "is a link that leads nowhere: " + failure.message(),
                 "remove it, or make what it should lead to");
  return target;
}

struct conf {
  conf_facts facts;
  struct stat before{};
  std::string text; // holds secrets

  conf() = default;
  conf(conf&&) = default;
  conf(const conf&) = delete;
  conf& operator=(const conf&) = delete;
  ~conf() { wipe(text); }
};

result<conf> read(const fs::path& file) {
  conf out;
  auto target = target_of(file);
  if (!target) return target.error();
  out.facts.target = std::move(*target);
  const descriptor it(::open(out.facts.target.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (it.fd < 0 && errno == ENOENT) return out;
  if (it.fd < 0 || ::fstat(it.fd, &out.before) != 0) return failed(file, "cannot be read", errno);
  if (!S_ISREG(out.before.st_mode)) return wrong(file, "is not a regular file");
  if (::geteuid() != 0 && out.before.st_uid != ::geteuid())
    return wrong(file, "belongs to another user",
                 "run it as root (sudo), or name another file with --file");
  auto text = read_secretly(it.fd, file);
  if (!text) return text.error();
  out.text = std::move(*text);
  out.facts.exists = true;
  out.facts.mode = out.before.st_mode & 07777U;
  return out;
}

std::optional<secret> value_of(const ini& from, std::string_view section, std::string_view key) {
  const auto found = from.sections.find(section);
  if (found == from.sections.end()) return std::nullopt;
  const auto value = found->second.find(key);
  if (value == found->second.end() || value->second.empty()) return std::nullopt;
  return value->second;
}

} // namespace

result<conf_facts> look_at_conf(const fs::path& file, std::string_view section) {
  auto found = read(file);
  if (!found) return found.error();
  const auto parsed = parse_ini(found->text, file.string());
  if (!parsed) return parsed.error();
  if (auto can = can_take_keys(*parsed, file.string(), section); !can) return can.error();
  conf_facts facts = found->facts;
  facts.application_key = value_of(*parsed, section, "application_key");
  facts.application_secret = value_of(*parsed, section, "application_secret");
  const replacement rehearsed(facts.target);
  if (!rehearsed.made() || (facts.exists && !rehearsed.belong_to(found->before)))
    return failed(file, "cannot be written", errno);
  return facts;
}

result<void> write_keys(const fs::path& file, std::string_view section,
                        const application_credentials& keys) {
  const auto found = read(file);
  if (!found) return found.error();
  const std::string_view before = found->facts.exists ? std::string_view(found->text) : conf_head;
  auto edited = with_keys(before, file.string(), section, keys);
  if (!edited) return edited.error();
  replacement fresh(found->facts.target);
  const bool done = fresh.made() && (!found->facts.exists || fresh.belong_to(found->before)) &&
                    fresh.fill(*edited) && fresh.move();
  const int code = errno;
  wipe(*edited);
  if (!done) return failed(file, "cannot be written", code);
  return {};
}

} // namespace ovhl::ovh
