// `verify`: checks the ledger's chain from the first record to the last.
#include "ledger/sqlite/verify.hpp"

#include "base/directory_path.hpp"
#include "base/text.hpp"
#include "commands/commands.hpp"
#include "complaints.hpp"
#include "ledger/sqlite/store.hpp"
#include "loop/clock.hpp"
#include "os/identity.hpp"
#include "os/progress.hpp"
#include "os/terminal.hpp"

#include <fmt/format.h>

namespace ovhl::commands {

namespace {

result<ledger::verification> verified(const path& file) {
  loop::real_clock clock;
  os::progress line(os::detect_terminal(2), "verifying the ledger", clock.now());
  return ledger::verify(file, [&](std::int64_t done, std::int64_t of) {
    line.update(static_cast<std::size_t>(done), static_cast<std::size_t>(of), clock.now());
  });
}

std::string counted(std::int64_t records) {
  return grouped(static_cast<std::uint64_t>(records)) + (records == 1 ? " record" : " records");
}

std::string span_of(const ledger::verification& v) {
  if (!v.first || !v.last) return {};
  return fmt::format(" from {} to {}", timestamp(*v.first), timestamp(*v.last));
}

error flawed(const path& file, const ledger::verification& v) {
  error e;
  e.where = file.string();
  e.message = *v.flaw;
  e.advice = v.unread         ? std::string("its records were not read")
             : v.records == 0 ? std::string("no record before it is intact")
                              : fmt::format("{}{} before it are intact; their last digest is {}",
                                            counted(v.records), span_of(v), v.digest);
  if (!v.advice.empty()) e.advice += "; " + v.advice;
  return e;
}

} // namespace

exit_status execute(const path& config, const verify_options&) {
  const auto settings = config::read_settings(config);
  complain(settings.errors);
  if (!settings.value) return exit_status::wrong;
  const path& file = settings.value->ledger;
  if (const auto became = os::become_owner_of(directory_of(file)); !became)
    return fail(became.error(), exit_status::incomplete);

  const auto seen = verified(file);
  if (!seen) return fail(seen.error(), exit_status::incomplete);
  if (seen->flaw) return fail(flawed(file, *seen), exit_status::failed);
  if (seen->records == 0)
    print("{}: nothing has been recorded yet\n", file.string());
  else
    print("Ledger intact: {}{} in {}. Last digest: {}\n", counted(seen->records), span_of(*seen),
          file.string(), seen->digest);
  return exit_status::fine;
}

} // namespace ovhl::commands
