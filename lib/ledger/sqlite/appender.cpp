#include "ledger/sqlite/appender.hpp"

#include "ledger/sqlite/tables.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace ovhl::ledger {

namespace {

constexpr const char* insertion =
    "INSERT INTO records (number, at, kind, account, service, datacenter, vm, about, body, "
    "previous, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
// Updates nothing if somebody else wrote meanwhile.
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

record next_record(new_record e, const head& h) {
  record r;
  static_cast<new_record&>(r) = std::move(e);
  r.number = h.records + 1;
  r.previous = h.digest;
  r.digest = digest_of(r.number, r, r.previous);
  return r;
}

} // namespace

appender::appender(SQLite::Database& db)
    : db_(db), insert_(db, insertion), update_(db, head_update) {}

void appender::begin(const head& end) {
  all_.emplace(db_, SQLite::TransactionBehavior::IMMEDIATE);
  next_ = end;
}

record appender::add(new_record e) {
  record r = next_record(std::move(e), next_);
  insert_.reset();
  bind(insert_, r);
  insert_.exec();
  next_.records = r.number;
  next_.digest = r.digest;
  return r;
}

bool appender::commit(std::optional<instant> polled_at, head& end) {
  if (polled_at) {
    next_.polled_at = polled_at;
    ++next_.polls;
  }
  update_.reset();
  bind(update_, next_, end);
  const bool ours = update_.exec() == 1;
  if (ours) all_->commit();
  all_.reset();
  if (ours) end = std::move(next_);
  return ours;
}

void appender::give_up() noexcept {
  insert_.tryReset();
  update_.tryReset();
  all_.reset();
}

} // namespace ovhl::ledger
