#include "ledger/sqlite/companions.hpp"

#include "base/descriptor.hpp"
#include "base/directory_path.hpp"
#include "base/ledger_files.hpp"
#include "base/wrong.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

namespace ovhl::ledger {

namespace fs = std::filesystem;

namespace {

constexpr const char* put_aside =
    "find out who put it there and move it aside; then run 'ovh-licensed verify'";

// Root works only in a directory where no other user can create files; elsewhere the program
// becomes the directory's owner first (os::become_owner_of).
std::optional<error> not_for_root(const fs::path& ledger) {
  const auto there = follow_directory(directory_of(ledger));
  if (!there) return std::nullopt; // opening the ledger reports that
  if (there->owner == 0 && !there->foreign && !there->others_may_write()) return std::nullopt;
  const std::string directory = there->end.string();
  if (there->owner == 0 && !there->foreign)
    return wrong(directory, "users other than root may write to the ledger's directory",
                 "keep it in a directory that only its owner may write to");
  return wrong(directory, "root does not use a directory that other users can change",
               fmt::format("run the command as {}", user_called(there->owner)));
}

// In SQLite's format, bytes 18 and 19 of a file in WAL mode are 2.
bool is_in_wal_mode(const fs::path& ledger) {
  const descriptor file(::open(ledger.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  std::array<unsigned char, 2> versions{};
  return file.fd >= 0 && ::pread(file.fd, versions.data(), 2, 18) == 2 && versions[0] == 2;
}

// Whether a journal ends with the name of another file, which SQLite would delete.
bool names_another(const fs::path& journal, off_t size) {
  constexpr std::array<unsigned char, 8> magic{0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};
  const descriptor file(::open(journal.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  std::array<unsigned char, 8> end{};
  if (file.fd < 0) return true;
  return size >= 8 && ::pread(file.fd, end.data(), 8, size - 8) == 8 && end == magic;
}

// A new ledger has a journal for a moment; it stays if the program was killed then.
std::optional<error> stray_journal(const fs::path& ledger, purpose why) {
  const fs::path journal = beside(ledger, "-journal");
  struct stat found{};
  if (::lstat(journal.c_str(), &found) != 0) return std::nullopt;
  const bool harmless =
      why == purpose::write && !is_in_wal_mode(ledger) && !names_another(journal, found.st_size);
  if (harmless) return std::nullopt;
  return wrong(journal.string(), "is an SQLite journal that the ledger did not create", put_aside);
}

} // namespace

std::optional<error> not_ours(const fs::path& path, const struct stat& found) {
  const auto is = [&](std::string what) {
    return wrong(path.string(), std::move(what), put_aside);
  };
  if (S_ISLNK(found.st_mode)) return is("is a link; the ledger's files must be regular files");
  if (!S_ISREG(found.st_mode)) return is("is not a regular file");
  if (found.st_nlink > 1) return is("has a second name (a hard link)");
  if (found.st_uid != 0 && found.st_uid != ::geteuid())
    return is(fmt::format("belongs to {}", user_called(found.st_uid)));
  return std::nullopt;
}

std::optional<error> companion_problem(const fs::path& ledger, purpose why) {
  if (::geteuid() == 0)
    if (auto wrong = not_for_root(ledger)) return wrong;
  struct stat found{};
  for (const char* suffix : ledger_companions) {
    const fs::path path = beside(ledger, suffix);
    if (::lstat(path.c_str(), &found) != 0) continue;
    if (why == purpose::read && S_ISREG(found.st_mode)) continue; // a reader does not write to it
    if (auto wrong = not_ours(path, found)) return wrong;
  }
  return stray_journal(ledger, why);
}

} // namespace ovhl::ledger
