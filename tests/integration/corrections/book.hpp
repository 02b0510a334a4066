// The ledger of the model: the same records, in memory or in a file, that survive the program.
#pragma once

#include "ledger/sqlite/store.hpp"
#include "ledger/sqlite/verify.hpp"
#include "support/temporary_directory.hpp"
#include "support/waited_chronicle.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace ovhl::model {

class book {
 public:
  virtual ~book() = default;
  virtual std::optional<std::int64_t> intent(const licensing::intent&, instant, bool full) = 0;
  virtual void note(std::int64_t number, const licensing::correction&, const licensing::note&,
                    instant, bool full) = 0;
  virtual void flush() = 0;
  virtual const ledger::history& history() const = 0;
  virtual void crash(instant now) = 0; // and is opened again
  // All records, in the end.
  virtual std::vector<ledger::record> records() = 0;
};

// With nonsense in place of every sentence for people.
inline ledger::record reworded(ledger::record r) {
  const auto reword = [&]<class Body>(auto... sentences) {
    auto body = ledger::parse<Body>(r.body);
    if (!body) throw std::runtime_error(words(body.error()));
    ((std::invoke(sentences, *body) = "colourless green ideas sleep furiously"), ...);
    r.body = ledger::text(*body);
  };
  switch (r.kind) {
  case ledger::kind::intent:
    reword.operator()<licensing::intent>(
        [](licensing::intent& i) -> std::string& { return i.what.reason; });
    break;
  case ledger::kind::request: reword.operator()<licensing::sent>(&licensing::sent::message); break;
  case ledger::kind::task:
    reword.operator()<licensing::followed>(&licensing::followed::message,
                                           &licensing::followed::description);
    break;
  case ledger::kind::result:
    reword.operator()<ledger::result_body>(
        [](ledger::result_body& b) -> std::string& { return b.end.message; });
    break;
  default: break;
  }
  return r;
}

class memory_book final : public book {
 public:
  // Whether all that is read after a restart is reworded.
  explicit memory_book(bool reword = false) : reword_(reword) {}

  std::optional<std::int64_t> intent(const licensing::intent& i, instant now, bool full) override {
    if (full) return std::nullopt;
    flush();
    ledger::new_record e = new_record_of(i.what, ledger::kind::intent, ledger::text(i), now);
    append(std::move(e));
    return std::ssize(records_);
  }

  void note(std::int64_t number, const licensing::correction& c, const licensing::note& n,
            instant now, bool full) override {
    ledger::new_record e = new_record_of(c, ledger::kind::request, {}, now);
    e.about = number;
    if (const auto* const s = std::get_if<licensing::sent>(&n)) {
      e.body = ledger::text(*s);
    } else if (const auto* const f = std::get_if<licensing::followed>(&n)) {
      e.kind = ledger::kind::task;
      e.body = ledger::text(*f);
    } else {
      e.kind = ledger::kind::result;
      e.body = ledger::text(
          ledger::result_body{std::get<licensing::ending>(n), c.action, c.from, c.to, c.name});
    }
    unwritten_.push_back(std::move(e));
    if (!full) flush();
  }

  void flush() override {
    for (ledger::new_record& e : unwritten_)
      append(std::move(e));
    unwritten_.clear();
  }

  const ledger::history& history() const override { return history_; }

  void crash(instant) override {
    unwritten_.clear();
    history_ = {};
    for (const ledger::record& r : records_)
      take(reword_ ? reworded(r) : r);
  }

  std::vector<ledger::record> records() override { return records_; }

 private:
  static ledger::new_record new_record_of(const licensing::correction& c, ledger::kind k,
                                          std::string body, instant now) {
    ledger::new_record e;
    e.at = now;
    e.kind = k;
    e.where = c.which.where;
    e.vm = c.which.id;
    e.body = std::move(body);
    return e;
  }

  void append(ledger::new_record e) {
    ledger::record r;
    static_cast<ledger::new_record&>(r) = std::move(e);
    r.number = std::ssize(records_) + 1;
    take(r);
    records_.push_back(std::move(r));
  }

  void take(const ledger::record& r) {
    if (const auto taken = history_.take(r); !taken) throw std::runtime_error(words(taken.error()));
  }

  bool reword_;
  std::vector<ledger::record> records_;
  std::vector<ledger::new_record> unwritten_; // the disk is full; gone with a crash
  ledger::history history_;
};

// The real one. Its disk is never full.
class file_book final : public book {
 public:
  explicit file_book(instant now) { open(now); }

  std::optional<std::int64_t> intent(const licensing::intent& i, instant now, bool) override {
    const auto numbers = kept_->intents({&i, 1}, now);
    if (!numbers) throw std::runtime_error(words(numbers.error()));
    return numbers->at(0);
  }
  void note(std::int64_t number, const licensing::correction& c, const licensing::note& n,
            instant now, bool) override {
    kept_->note(number, c, n, now);
    if (const auto problem = kept_->unwritten()) throw std::runtime_error(words(*problem));
  }
  void flush() override {}
  const ledger::history& history() const override { return kept_->history(); }
  void crash(instant now) override {
    kept_.reset();
    open(now);
  }
  std::vector<ledger::record> records() override {
    std::vector<ledger::record> all;
    const auto read = ledger::read(file_, [&](const ledger::record& r) { all.push_back(r); });
    if (!read) throw std::runtime_error(words(read.error()));
    return all;
  }
  const std::filesystem::path& file() const { return file_; }

 private:
  void open(instant now) {
    auto opened = ledger::testing::waited_chronicle::open(file_, {"run", "model", 1, "0"}, now);
    if (!opened) throw std::runtime_error(words(opened.error().why));
    kept_ = std::move(*opened);
  }
  test::temporary_directory directory_;
  std::filesystem::path file_ = directory_ / "ledger.db";
  std::unique_ptr<ledger::testing::waited_chronicle> kept_;
};

} // namespace ovhl::model
