#include "ledger/sqlite/tables.hpp"

#include "base/text.hpp"

#include <SQLiteCpp/Column.h>

#include <array>
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

} // namespace

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

} // namespace ovhl::ledger
