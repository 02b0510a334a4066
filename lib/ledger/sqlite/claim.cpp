#include "ledger/sqlite/claim.hpp"

#include "base/descriptor.hpp"
#include "base/ledger_files.hpp"
#include "base/text.hpp"
#include "ledger/sqlite/companions.hpp"
#include "ledger/sqlite/lock.hpp"
#include "ledger/sqlite/own_file.hpp"
#include "ledger/sqlite/problem.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace ovhl::ledger {

namespace {

// The first byte is locked while the file is written, the second once it says who asks. These are
// locks of an open file description, which can be tested without taking them.
constexpr off_t writing = 0, asking = 1;

struct flock one_byte(off_t which, short type) noexcept {
  struct flock it{};
  it.l_type = type;
  it.l_whence = SEEK_SET;
  it.l_start = which;
  it.l_len = 1;
  return it;
}

bool locked(int fd, off_t which) noexcept {
  struct flock wanted = one_byte(which, F_WRLCK);
  return ::fcntl(fd, F_OFD_SETLK, &wanted) == 0;
}

bool write_at(int fd, std::string_view text, std::size_t at) noexcept {
  const auto rest = text.substr(at);
  return ::pwrite(fd, rest.data(), rest.size(), static_cast<off_t>(at)) ==
         static_cast<ssize_t>(rest.size());
}

} // namespace

std::filesystem::path claim_file(std::filesystem::path ledger) {
  return beside(std::move(ledger), ".wanted");
}

boost::system::result<claim, open_failure> claim::lay(const std::filesystem::path& ledger,
                                                      const holder& by, std::string_view person) {
  if (auto wrong = companion_problem(ledger, purpose::write))
    return open_failure{std::move(*wrong)};
  auto opened = open_own_file(claim_file(ledger));
  if (!opened) return open_failure{opened.error()};
  claim mine(std::move(*opened));
  if (!locked(mine.file_.fd, writing)) {
    if (errno == EAGAIN || errno == EACCES) return taken(ledger, line_of(mine.file_.fd, 0));
    return open_failure{cannot_open(claim_file(ledger), errno)};
  }
  const std::string text = fmt::format("{}\n{}\n", signature(by), printable(person));
  // The first write already wakes the daemon; the last one wakes it again, when the lock is there.
  const bool asked = ::ftruncate(mine.file_.fd, 0) == 0 && write_at(mine.file_.fd, text, 0) &&
                     locked(mine.file_.fd, asking) &&
                     write_at(mine.file_.fd, text, text.size() - 1);
  if (!asked) return open_failure{cannot_write(claim_file(ledger), errno)};
  return mine;
}

std::optional<std::string> claimed_by(const std::filesystem::path& ledger) {
  const std::filesystem::path path = claim_file(ledger);
  constexpr int safely = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  const descriptor file(::open(path.c_str(), safely));
  struct stat found{};
  if (file.fd < 0 || ::fstat(file.fd, &found) != 0 || not_ours(path, found)) return std::nullopt;
  // Only a write lock counts: users who may only read the file must not be able to ask.
  struct flock probe = one_byte(asking, F_RDLCK);
  if (::fcntl(file.fd, F_OFD_GETLK, &probe) != 0 || probe.l_type == F_UNLCK) return std::nullopt;
  constexpr std::size_t longest = 64;
  std::string person = fitted(line_of(file.fd, 1), longest);
  return person.empty() ? "somebody" : person;
}

} // namespace ovhl::ledger
