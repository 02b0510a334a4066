#include "ledger/tables.hpp"

#include "base/text.hpp"
#include "ledger/schema.hpp"
#include "ledger/trouble.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Exception.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <span>

namespace ovhl::ledger {

namespace {

void assign_text(std::string& to, const SQLite::Column& from) {
  const char* const text = from.getText(""); // before the size: it may convert
  to.assign(text, static_cast<std::size_t>(from.getBytes()));
}

void assign_hex(std::string& to, const SQLite::Column& from) {
  const auto* const bytes = static_cast<const unsigned char*>(from.getBlob());
  to = hex(std::span(bytes, static_cast<std::size_t>(from.getBytes())));
}

unsigned value_of(char hexadecimal) {
  return static_cast<unsigned>(hexadecimal <= '9' ? hexadecimal - '0' : hexadecimal - 'a' + 10);
}

// The big-endian number in an SQLite file's header.
std::uint32_t number_at(const std::array<char, 100>& header, std::size_t offset) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i)
    number = number << 8U | static_cast<unsigned char>(header.at(offset + i));
  return number;
}

std::string percent_encoded(const std::string& path) {
  std::string out;
  for (const char c : path)
    if (c == '%' || c == '?' || c == '#')
      out += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    else
      out += c;
  return out;
}

} // namespace

void bind_text(SQLite::Statement& to, int index, std::string_view text) {
  to.bindNoCopy(index, std::string(text)); // replaced below
}

void bind_digest(SQLite::Statement& to, int index, const std::string& hexadecimal) {
  std::array<unsigned char, 32> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes.at(i) = static_cast<unsigned char>(value_of(hexadecimal.at(2 * i)) << 4U |
                                             value_of(hexadecimal.at(2 * i + 1)));
  to.bind(index, bytes.data(), static_cast<int>(bytes.size()));
}

rows::rows(SQLite::Database& db)
    : all_(db, "SELECT number, at, kind, account, service, datacenter, vm, about, body, previous, "
               "digest FROM records ORDER BY number") {}

bool rows::next(row& r) {
  if (!all_.executeStep()) return false;
  r.number = all_.getColumn(0).getInt64();
  r.at = all_.getColumn(1).getInt64();
  assign_text(r.kind, all_.getColumn(2));
  assign_text(r.account, all_.getColumn(3));
  assign_text(r.service, all_.getColumn(4));
  r.datacenter = all_.getColumn(5).getInt64();
  r.vm = all_.getColumn(6).getInt64();
  r.about = all_.getColumn(7).getInt64();
  assign_text(r.body, all_.getColumn(8));
  assign_hex(r.previous, all_.getColumn(9));
  assign_hex(r.digest, all_.getColumn(10));
  return true;
}

std::optional<stored_head> read_head(SQLite::Database& db) {
  SQLite::Statement all(db, "SELECT records, digest, polled_at, polls, seal FROM head");
  if (!all.executeStep()) return std::nullopt;
  stored_head found;
  found.head.records = all.getColumn(0).getInt64();
  assign_hex(found.head.digest, all.getColumn(1));
  if (!all.isColumnNull(2))
    found.head.polled_at = instant(std::chrono::seconds(all.getColumn(2).getInt64()));
  found.head.polls = all.getColumn(3).getInt64();
  assign_hex(found.seal, all.getColumn(4));
  if (all.executeStep()) return std::nullopt;
  return found;
}

std::optional<error> first_sight(const std::filesystem::path& path) {
  struct stat about{};
  if (::stat(path.c_str(), &about) != 0) return cannot_open(path, errno);
  if (S_ISDIR(about.st_mode)) return cannot_open(path, EISDIR);
  if (!S_ISREG(about.st_mode)) return not_a_ledger(path, "it is not a file");
  if (about.st_size == 0) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  if (!file) return cannot_open(path, errno);
  std::array<char, 100> header{};
  if (!file.read(header.data(), header.size()) ||
      !std::string_view(header.data(), header.size()).starts_with("SQLite format 3"))
    return not_a_ledger(path, "it is no SQLite file");
  constexpr std::size_t user_version = 60, id = 68;
  if (number_at(header, id) != 0 && number_at(header, id) != application_id)
    return not_a_ledger(path, "it is a database of something else");
  if (number_at(header, id) == application_id && number_at(header, user_version) > newest_version)
    return too_new(path, static_cast<int>(number_at(header, user_version)), newest_version);
  return std::nullopt;
}

std::optional<error> second_sight(SQLite::Database& db, const std::filesystem::path& path) {
  if (is_empty(db)) return std::nullopt;
  if (!has_our_id(db)) return not_a_ledger(path, "it is a database of something else");
  const int version = version_of(db);
  if (version > newest_version) return too_new(path, version, newest_version);
  if (version < 1) return damaged(path, "the file is damaged: it has no version");
  return std::nullopt;
}

SQLite::Database open_to_read(const std::filesystem::path& path) {
  try {
    SQLite::Database db(path.string(), SQLite::OPEN_READONLY, 5000);
    db.exec("PRAGMA cache_size = -256; PRAGMA trusted_schema = OFF");
    db.tableExists("head"); // the first access shows whether it can be read
    return db;
  } catch (const SQLite::Exception&) {
    // A copy where nothing can be written has no writer, and can be read without the files that one
    // shares with readers.
    std::filesystem::path log = path;
    log += "-wal";
    std::error_code none;
    if (std::filesystem::file_size(log, none) > 0 && !none) throw;
    return {"file:" + percent_encoded(path.string()) + "?immutable=1",
            SQLite::OPEN_READONLY | SQLite::OPEN_URI};
  }
}

findings examine(SQLite::Database& db, const std::function<void(const record&)>& on_record) {
  findings found;
  chain checked;
  const auto result = [&](std::optional<std::string> flaw) {
    found.fit = checked.records();
    found.digest = checked.digest();
    found.flaw = std::move(flaw);
    return found;
  };
  try {
    const auto head = read_head(db);
    if (head) found.head = head->head;
    rows all(db);
    row r;
    const auto rest = [&]() { return all.next(r) ? std::optional(r) : std::nullopt; };
    while (all.next(r)) {
      auto flaw = checked.take(r, rest);
      if (flaw) return result(std::move(flaw));
      const auto made = record_of(r);
      if (!made) return result(fmt::format("record {} is of a kind not known here", r.number));
      on_record(*made);
    }
    if (!head) return result("the head was changed: there must be one row of it");
    if (auto flaw = checked.end(head->head, head->seal)) return result(std::move(flaw));
    if (auto difference = difference_from_schema(db))
      return result("the tables are not as they were made: " + *difference);
  } catch (const SQLite::Exception& e) {
    if (!is_damage(e) && e.getErrorCode() != SQLITE_ERROR) throw; // an error is a table that is missing
    return result(fmt::format("what comes after record {} cannot be read: {}", checked.records(),
                              e.what()));
  }
  return result(std::nullopt);
}

} // namespace ovhl::ledger
