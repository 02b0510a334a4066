#include "ovh/credentials/conf_file.hpp"

#include "base/atomic_file.hpp"
#include "base/directory_path.hpp"
#include "base/file_error.hpp"
#include "base/wrong.hpp"
#include "ovh/credentials/conf_edit.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace ovhl::ovh {

namespace fs = std::filesystem;

namespace {

error failed(const fs::path& file, const char* what, int code) {
  const char* const as_root = "run the command as root (sudo), or name another file with --file";
  return file_error(
      file, fmt::format("{}: ", what), code,
      {.missing = fmt::format("create the directory '{}'", directory_of(file).string()),
       .forbidden = as_root,
       .read_only = as_root});
}

// The file to write: a link is kept and its target written; another user's link is refused.
result<fs::path> target_of(const fs::path& file) {
  using enum destination::kind;
  destination found = follow_links(file);
  if (found.what == not_regular) return wrong(file.string(), "is not a regular file");
  if (found.what == foreign_link)
    return wrong(found.path.string(), "is a symbolic link owned by another user",
                 "name the file itself");
  if (found.what == foreign_way) return led_astray(file, found.path);
  const bool leads_nowhere = found.what == missing && found.path != file;
  if (found.what == astray || leads_nowhere)
    return wrong(file.string(), "is a broken symbolic link: " + errno_text(found.code),
                 "remove it, or create its target");
  return std::move(found.path);
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
  const descriptor it(
      ::open(out.facts.target.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW));
  if (it.fd < 0 && errno == ENOENT) return out;
  if (it.fd < 0 || ::fstat(it.fd, &out.before) != 0) return failed(file, "cannot be read", errno);
  if (!S_ISREG(out.before.st_mode)) return wrong(file.string(), "is not a regular file");
  if (::geteuid() != 0 && out.before.st_uid != ::geteuid())
    return wrong(file.string(), "belongs to another user",
                 "run the command as root (sudo), or name another file with --file");
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

bool keep_owner(const replacement& fresh, const struct stat& before) {
  return fresh.belong_to(before.st_uid, before.st_gid);
}

} // namespace

result<conf_facts> can_write_keys(const fs::path& file, std::string_view section) {
  auto found = read(file);
  if (!found) return found.error();
  const auto parsed = parse_ini(found->text, file.string());
  if (!parsed) return parsed.error();
  if (auto can = can_take_keys(*parsed, file.string(), section); !can) return can.error();
  conf_facts facts = found->facts;
  facts.application_key = value_of(*parsed, section, "application_key");
  facts.application_secret = value_of(*parsed, section, "application_secret");
  const replacement probe(facts.target);
  if (!probe.made() || (facts.exists && !keep_owner(probe, found->before)))
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
  const bool done = fresh.made() && (!found->facts.exists || keep_owner(fresh, found->before)) &&
                    fresh.fill(*edited, 0600) && fresh.move();
  const int code = errno;
  wipe(*edited);
  if (done) fresh.sync_directory();
  if (!done) return failed(file, "cannot be written", code);
  return {};
}

} // namespace ovhl::ovh
