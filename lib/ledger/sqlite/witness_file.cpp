#include "ledger/sqlite/witness_file.hpp"

#include "base/atomic_file.hpp"
#include "base/digest.hpp"
#include "base/ledger_files.hpp"
#include "base/read_file.hpp"
#include "base/wrong.hpp"
#include "ledger/sqlite/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

namespace ovhl::ledger {

namespace {

namespace fs = std::filesystem;

std::string unsealed(const witness& w) {
  return fmt::format("ovh-licensed witness\nrecord {}\ndigest {}\n", w.record, w.digest);
}

bool is_digest(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  return text.size() == 64 && text.find_first_not_of(digits) == std::string_view::npos;
}

// Takes the next line and returns what follows this word in it.
std::optional<std::string_view> value_in(std::string_view& rest, std::string_view word) {
  const auto end = rest.find('\n');
  if (end == std::string_view::npos || !rest.starts_with(word)) return std::nullopt;
  const std::string_view value = rest.substr(word.size(), end - word.size());
  rest.remove_prefix(end + 1);
  return value;
}

witness_reading unreadable(const fs::path& path, int code) {
  witness_reading t;
  t.why = cannot_open(path, code);
  return t;
}

witness_reading damaged_witness(const fs::path& path) {
  witness_reading t;
  t.damaged = true;
  t.why =
      wrong(path.string(), "the ledger's witness is damaged: how far the ledger went is unknown",
            "compare what 'ovh-licensed verify' finds with the digests in the journal (journalctl "
            "-u ovh-licensed -g 'on disk'); then move the witness aside, and a new one is created");
  return t;
}

} // namespace

std::string text(const witness& w) {
  const std::string said = unsealed(w);
  return fmt::format("{}seal {}\n", said, sha256(said));
}

std::optional<witness> parse_witness(std::string_view text_) {
  std::string_view rest = text_;
  const auto title = value_in(rest, "ovh-licensed witness");
  const auto number = title && title->empty() ? value_in(rest, "record ") : std::nullopt;
  const auto digest = number ? value_in(rest, "digest ") : std::nullopt;
  if (!digest || !is_digest(*digest)) return std::nullopt;
  witness w{0, std::string(*digest)};
  const std::string digits(*number);
  const char* const end = digits.data() + digits.size();
  const auto [stop, failed] = std::from_chars(digits.data(), end, w.record);
  if (failed != std::errc() || stop != end || w.record < 1 || text(w) != text_) return std::nullopt;
  return w;
}

fs::path witness_of(const fs::path& ledger) { return beside(ledger, ".witness"); }

witness_reading read_witness(const fs::path& ledger) {
  const fs::path path = witness_of(ledger);
  constexpr std::size_t longest = 512;
  const auto content = read_file(path, longest, links::refused);
  if (!content && content.error().why == unread_file::cause::failed) {
    const int code = content.error().code;
    return code == ENOENT || code == ENOTDIR ? witness_reading() : unreadable(path, code);
  }
  witness_reading t;
  if (content) t.seen = parse_witness(*content);
  return t.seen ? t : damaged_witness(path);
}

result<void> write_witness(const fs::path& ledger, const struct stat& ledger_facts,
                           const witness& w) {
  const fs::path path = witness_of(ledger);
  constexpr mode_t permissions = 0777;
  replacement fresh(path);
  if (!fresh.made() || !fresh.belong_to(ledger_facts.st_uid, ledger_facts.st_gid) ||
      !fresh.fill(text(w), ledger_facts.st_mode & permissions) || !fresh.move())
    return cannot_write(path, errno);
  fresh.sync_directory();
  return {};
}

} // namespace ovhl::ledger
