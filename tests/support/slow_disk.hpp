// A disk under SQLite that stands still when it is told to, fails, and counts what is synced.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <condition_variable>
#include <list>
#include <mutex>

namespace ovhl::test {

// From its making, every SQLite file of this process lies on it. One at a time, and it must live
// longer than they are open.
class slow_disk {
 public:
  slow_disk() : base_(::sqlite3_vfs_find(nullptr)), mine_(*base_) {
    the_one() = this;
    mine_.zName = "slow disk";
    mine_.xOpen = open;
    ::sqlite3_vfs_register(&mine_, 1);
  }
  ~slow_disk() {
    go_on();
    ::sqlite3_vfs_unregister(&mine_);
    ::sqlite3_vfs_register(base_, 1);
    the_one() = nullptr;
  }
  slow_disk(const slow_disk&) = delete;
  slow_disk& operator=(const slow_disk&) = delete;

  void stand_still() {
    const std::lock_guard lock(mutex_);
    still_ = true;
  }
  void go_on() {
    const std::lock_guard lock(mutex_);
    still_ = false;
    moved_.notify_all();
  }
  bool somebody_waits() const noexcept { return waiting_ > 0; }
  void fail(bool so) noexcept { full_ = so; }
  int syncs() const noexcept { return syncs_; }

 private:
  static slow_disk*& the_one() {
    static slow_disk* one = nullptr;
    return one;
  }

  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    moved_.wait(lock, [&] { return !still_; });
    --waiting_;
  }

  // One for each kind of file: the database has locks, its log has none.
  struct methods : sqlite3_io_methods {
    const sqlite3_io_methods* original = nullptr;
  };
  const methods* instead_of(const sqlite3_io_methods* original) {
    for (const methods& known : methods_)
      if (known.original == original || &known == original) return &known;
    methods& fresh = methods_.emplace_back();
    static_cast<sqlite3_io_methods&>(fresh) = *original;
    fresh.original = original;
    fresh.xWrite = write;
    fresh.xSync = sync;
    return &fresh;
  }
  static const sqlite3_io_methods& original(const sqlite3_file* file) {
    return *static_cast<const methods*>(file->pMethods)->original;
  }

  static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
    slow_disk& d = *the_one();
    const int how = d.base_->xOpen(d.base_, name, file, flags, out);
    const std::lock_guard lock(d.mutex_);
    if (how == SQLITE_OK && file->pMethods != nullptr)
      file->pMethods = d.instead_of(file->pMethods);
    return how;
  }
  static int write(sqlite3_file* file, const void* from, int length, sqlite3_int64 at) {
    slow_disk& d = *the_one();
    d.pass();
    return d.full_ ? SQLITE_FULL : original(file).xWrite(file, from, length, at);
  }
  static int sync(sqlite3_file* file, int how) {
    slow_disk& d = *the_one();
    d.pass();
    ++d.syncs_;
    return original(file).xSync(file, how);
  }

  sqlite3_vfs* base_;
  sqlite3_vfs mine_;
  std::list<methods> methods_;
  std::mutex mutex_;
  std::condition_variable moved_;
  bool still_ = false;
  std::atomic<int> waiting_ = 0, syncs_ = 0;
  std::atomic<bool> full_ = false;
};

} // namespace ovhl::test
