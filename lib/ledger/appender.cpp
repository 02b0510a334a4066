#include "ledger/appender.hpp"

#include "ledger/tables.hpp"

#include <SQLiteCpp/Transaction.h>

#include <cstdint>
#include <string>
#include <utility>

namespace ovhl::ledger {

namespace {

constexpr const char* insertion =
    "INSERT INTO records (number, at, kind, account, service, datacenter, vm, about, body, "
    "previous, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
// Nothing is updated where somebody else wrote meanwhile.
constexpr const char* head_update = "UPDATE head SET records = ?, digest = ?, polled_at = ?, polls "
                                    "= ?, seal = ? WHERE records = ? AND digest = ?";

void bind(SQLite::Statement& to, const record& r) {
  to.bind(1, r.number);
  to.bind(2, std::int64_t{r.at.time_since_epoch().count()});
  to.bind(3, std::string(name(r.kind)));
  to.bindNoCopy(4, r.where.account);
  to.bindNoCopy(5, r.where.service);
  to.bind(6, r.where.datacenter);
  to.bind(7, r.vm);
  to.bind(8, r.about);
  to.bindNoCopy(9, r.body);
  bind_digest(to, 10, r.previous);
  bind_digest(to, 11, r.digest);
}

void bind(SQLite::Statement& to, const head& next, const head& before) {
  to.bind(1, next.records);
  bind_digest(to, 2, next.digest);
  if (next.polled_at)
    to.bind(3, std::int64_t{next.polled_at->time_since_epoch().count()});
  else
    to.bind(3);
  to.bind(4, next.polls);
  bind_digest(to, 5, seal_of(next));
  to.bind(6, before.records);
  bind_digest(to, 7, before.digest);
}

record next_record(entry e, const head& h) {
  record r;
  static_cast<entry&>(r) = std::move(e);
  r.number = h.records + 1;
  r.previous = h.digest;
  r.digest = digest_of(r.number, r, r.previous);
  return r;
}

} // namespace

appender::appender(SQLite::Database& db)
    : db_(db), insert_(db, insertion), update_(db, head_update) {}

bool appender::append(std::size_t count, const std::function<entry(std::size_t)>& nth,
                      const made& on_made, std::optional<instant> polled_at, head& end) {
  SQLite::Transaction all(db_, SQLite::TransactionBehavior::IMMEDIATE);
  head next = end;
  for (std::size_t i = 0; i < count; ++i) {
    record r = next_record(nth(i), next);
    insert_.reset();
    bind(insert_, r);
    insert_.exec();
    next.records = r.number;
    next.digest = r.digest;
    on_made(std::move(r));
  }
  if (polled_at) {
    next.polled_at = polled_at;
    ++next.polls;
  }
  update_.reset();
  bind(update_, next, end);
  if (update_.exec() != 1) return false;
  all.commit();
  end = std::move(next);
  return true;
}

void appender::give_up() noexcept {
  insert_.tryReset();
  update_.tryReset();
}

} // namespace ovhl::ledger
