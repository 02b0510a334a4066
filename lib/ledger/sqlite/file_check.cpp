#include "ledger/sqlite/file_check.hpp"

#include "base/ledger_files.hpp"
#include "base/url.hpp"
#include "ledger/sqlite/problem.hpp"
#include "ledger/sqlite/schema.hpp"

#include <SQLiteCpp/Exception.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>

namespace ovhl::ledger {

namespace {

using file_header = std::array<char, 100>; // of SQLite: https://www.sqlite.org/fileformat.html

// The big-endian number in an SQLite file's header.
std::uint32_t number_at(const file_header& header, std::size_t offset) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i)
    number = number << 8U | static_cast<unsigned char>(header.at(offset + i));
  return number;
}

file_flaw could_not_look(error why) { return {std::move(why), false}; }
file_flaw unfit(error why) { return {std::move(why), true}; }

} // namespace

std::optional<file_flaw> check_file(const std::filesystem::path& path) {
  struct stat about{};
  if (::stat(path.c_str(), &about) != 0)
    return could_not_look(errno == ENOENT ? not_begun(path) : cannot_open(path, errno));
  if (S_ISDIR(about.st_mode)) return could_not_look(cannot_open(path, EISDIR));
  if (!S_ISREG(about.st_mode)) return unfit(not_a_ledger(path, "it is not a file"));
  if (about.st_size == 0) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  if (!file) return could_not_look(cannot_open(path, errno));
  file_header header{};
  if (!file.read(header.data(), header.size()) ||
      !std::string_view(header.data(), header.size()).starts_with("SQLite format 3"))
    return unfit(not_a_ledger(path, "it is not an SQLite file"));
  constexpr std::size_t user_version = 60, id = 68;
  if (number_at(header, id) != 0 && number_at(header, id) != application_id)
    return unfit(not_a_ledger(path, "it is another program's database"));
  if (number_at(header, id) == application_id && number_at(header, user_version) > newest_version)
    return could_not_look(
        too_new(path, static_cast<int>(number_at(header, user_version)), newest_version));
  return std::nullopt;
}

std::optional<file_flaw> check_database(SQLite::Database& db, const std::filesystem::path& path) {
  if (is_empty(db)) return std::nullopt;
  if (!has_our_id(db)) return unfit(not_a_ledger(path, "it is another program's database"));
  const int version = version_of(db);
  if (version > newest_version) return could_not_look(too_new(path, version, newest_version));
  if (version < 1) return unfit(damaged(path, "the file is damaged: it has no version"));
  return std::nullopt;
}

void set_bounds(SQLite::Database& db) {
  constexpr int longest_record = 16 << 20;
  ::sqlite3_limit(db.getHandle(), SQLITE_LIMIT_LENGTH, longest_record);
  db.exec("PRAGMA cache_size = -256; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
}

SQLite::Database open_to_read(const std::filesystem::path& path) {
  try {
    SQLite::Database db(path.string(), SQLite::OPEN_READONLY, 5000);
    set_bounds(db);
    db.tableExists("head"); // the first access shows whether it can be read
    return db;
  } catch (const SQLite::Exception&) {
    // A copy in a read-only directory has no writer, so it can be read without the files that a
    // writer shares with readers.
    std::error_code none;
    if (std::filesystem::file_size(beside(path, "-wal"), none) > 0 && !none) throw;
    SQLite::Database db("file:" + percent_encoded(path.string(), "/") + "?immutable=1",
                        SQLite::OPEN_READONLY | SQLite::OPEN_URI);
    set_bounds(db);
    return db;
  }
}

} // namespace ovhl::ledger
