#include "ledger/sqlite/problem.hpp"

#include "base/directory_path.hpp"
#include "base/file_error.hpp"
#include "base/text.hpp"
#include "base/wrong.hpp"

#include <SQLiteCpp/Exception.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <utility>

namespace ovhl::ledger {

namespace {

constexpr const char* make_room =
    "free some space on its file system; what could not be recorded is kept and written then";

std::string make_writable(const std::filesystem::path& path) {
  return fmt::format(
      "use sudo, or make '{}' writable for this user; a service needs it in ReadWritePaths=",
      directory_of(path).string());
}

error failed(const std::filesystem::path& path, const char* what, int code) {
  const std::string folder = directory_of(path).string();
  return file_error(path, what, code,
                    {.missing = fmt::format(
                         "create the directory '{}' (the unit's StateDirectory= does)", folder),
                     .not_a_directory = fmt::format("'{}' is not a directory", folder),
                     .is_a_directory = "name a file, not a directory",
                     .forbidden = make_writable(path),
                     .read_only = make_writable(path),
                     .full = make_room});
}

error at(const std::filesystem::path& path, std::string message, std::string advice) {
  return wrong(path.string(), std::move(message), std::move(advice));
}

error locked(const std::filesystem::path& path, const char* doing) {
  error e = at(path, fmt::format("cannot be {}: another program has it locked", doing),
               "close the program that has it open");
  e.kind = failure::timeout;
  return e;
}

} // namespace

std::string how_to_go_on(const std::filesystem::path& path) {
  return fmt::format("put it back or restore it from a backup; to continue without the missing "
                     "records, move '{}.witness' aside and restart ovh-licensed",
                     path.string());
}

error given_up(const std::filesystem::path& path) {
  error e = at(path, "was not read to the end: the program is stopping", {});
  e.kind = failure::canceled;
  return e;
}

error cannot_open(const std::filesystem::path& path, int code) {
  return failed(path, "cannot be opened: ", code);
}

error cannot_write(const std::filesystem::path& path, int code) {
  return failed(path, "cannot be written: ", code);
}

error not_begun(const std::filesystem::path& path) {
  return at(path, "there is no ledger", "'ovh-licensed run' or 'apply' creates it");
}

error not_a_ledger(const std::filesystem::path& path, std::string what) {
  return at(path, "not an ovh-licensed ledger: " + std::move(what),
            "set 'ledger:' to another file, or move this one aside");
}

error damaged(const std::filesystem::path& path, std::string what) {
  return at(path, std::move(what),
            "keep it as evidence; 'ovh-licensed verify' shows how far it is intact; restore it "
            "from a backup, or move it aside with its -wal, -shm and .witness to begin a new one");
}

error displaced(const std::filesystem::path& path, const std::filesystem::path& which) {
  return at(path,
            fmt::format("'{}' was moved, deleted or replaced while it was in use", which.string()),
            "put it back; the next poll opens and checks the ledger again, and nothing is "
            "corrected until then");
}

error lost(const std::filesystem::path& path, std::string what) {
  return at(path, std::move(what), how_to_go_on(path));
}

error taken_without_lock_file(const std::filesystem::path& path) {
  return at(path, "the ledger is in use by another process, whose lock file was removed",
            "stop that process, or try again once it has ended");
}

error too_new(const std::filesystem::path& path, int version, int known) {
  return at(
      path,
      fmt::format("written by a newer version (schema {}; this program knows {})", version, known),
      "upgrade ovh-licensed");
}

bool is_damage(const SQLite::Exception& e) noexcept {
  switch (e.getErrorCode()) {
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
  case SQLITE_ERROR: // a table or column that is not there, a statement that makes no sense
  case SQLITE_FORMAT:
  case SQLITE_MISMATCH:
  case SQLITE_TOOBIG: return true;
  default: return false;
  }
}

error problem(const std::filesystem::path& path, const SQLite::Exception& e, const char* doing) {
  const std::string said = printable(e.what()); // it may quote the file
  if (is_damage(e)) return damaged(path, "the file is damaged: " + said);
  switch (e.getErrorCode()) {
  case SQLITE_INTERRUPT: return given_up(path);
  case SQLITE_FULL: return at(path, fmt::format("cannot be {}: no space left", doing), make_room);
  case SQLITE_IOERR:
    return at(path, fmt::format("cannot be {}: {}", doing, said),
              "check its file system and the free space on it");
  case SQLITE_READONLY:
  case SQLITE_PERM:
  case SQLITE_CANTOPEN:
    return at(path, fmt::format("cannot be {}: {}", doing, said), make_writable(path));
  case SQLITE_BUSY:
  case SQLITE_LOCKED: return locked(path, doing);
  default: return at(path, fmt::format("cannot be {}: {}", doing, said), {});
  }
}

} // namespace ovhl::ledger
