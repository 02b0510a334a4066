// How fast the ledger is: a million records appended, opened (every one checked and understood) and
// verified. bench_ledger [RECORDS] [FOLDER]
#include "ledger/history.hpp"
#include "ledger/sqlite/store.hpp"
#include "ledger/sqlite/verify.hpp"
#include "support/temporary_directory.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace ovhl;
using namespace ovhl::ledger;
namespace fs = std::filesystem;

constexpr instant begin{std::chrono::sys_days{std::chrono::January / 1 / 2027}};
constexpr std::int64_t vms = 10'000;

template <class F>
double seconds(F work) {
  const auto from = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
}

[[noreturn]] void give_up(const error& e) {
  fmt::print(stderr, "bench_ledger: {}\n", words(e));
  std::exit(1);
}

template <class T>
auto done(T&& r) {
  if (!r) give_up(r.error());
  if constexpr (!std::is_void_v<typename std::decay_t<T>::value_type>) return std::move(*r);
}

store opened(const fs::path& path, history& past) {
  auto file = store::open(path, {"bench_ledger", 0, begin}, [&](const record& r) {
    if (auto taken = past.take(r); !taken) give_up(taken.error());
  });
  if (!file) give_up(file.error().why);
  return std::move(*file);
}

vm_body a_vm(std::int64_t i) {
  vm_body b;
  b.name = fmt::format("production-web-{:05}", i % vms);
  b.guest_os_family = "windows2019srv_64Guest";
  b.reported_guest_os_family = "windows2019srv_64Guest";
  if (i % 3 != 0) b.license = "windows 2019 Standard";
  b.verdict = i % 3 == 0 ? licensing::verdict::missing : licensing::verdict::compliant;
  b.rule = "guest_os_families 'windows2019srv_64Guest'";
  b.cpus = static_cast<std::int32_t>(i % 16);
  b.occasion = licensing::occasion::drift;
  b.since = begin + std::chrono::seconds(i);
  b.last_seen = b.since;
  return b;
}

licensing::intent an_intent(std::int64_t i) {
  licensing::intent wanted;
  wanted.what.action = licensing::action::set_license;
  wanted.what.to = "windows 2019 Standard";
  wanted.what.mode = licensing::mode::enforce;
  wanted.what.verdict = licensing::verdict::missing;
  wanted.what.name = fmt::format("production-web-{:05}", i % vms);
  wanted.what.rule = "guest_os_families 'windows2019srv_64Guest'";
  wanted.what.reason = "windows2019srv_64Guest (Windows Server 2019) expects 'windows 2019 "
                       "Standard', none is declared";
  wanted.policy = std::string(64, 'a');
  return wanted;
}

new_record about_vm(kind k, std::int64_t i, std::int64_t about, std::string body) {
  return {begin + std::chrono::seconds(i),
          k,
          {"main", "pcc-192-0-2-1", 12},
          1'000 + i % vms,
          about,
          std::move(body)};
}

// Of a hundred records, sixty are VMs that changed, and forty belong to ten corrections.
new_record mixed(std::int64_t i) {
  const std::int64_t step = i % 10;
  const auto kind_of = [&] { return step - 6; };
  if (step < 6) return about_vm(kind::vm, i, 0, text(a_vm(i)));
  const std::int64_t intent = i - kind_of() + 1; // its number
  switch (kind_of()) {
  case 0: return about_vm(kind::intent, i, 0, text(an_intent(i)));
  case 1: {
    licensing::sent s;
    s.got = licensing::sent::kind::accepted;
    s.trace = i;
    s.query_id = "EU.ext-3.63be3b6b.1234.0123456789abcdef";
    return about_vm(kind::request, i, intent, text(s));
  }
  case 2:
    return about_vm(kind::task, i, intent,
                    text(licensing::followed{i, licensing::trace_state_of({"done"}), {}}));
  default: {
    result_body ended;
    ended.end.looked = true;
    ended.end.found = "windows 2019 Standard";
    ended.action = licensing::action::set_license;
    ended.to = "windows 2019 Standard";
    return about_vm(kind::result, i, intent, text(ended));
  }
  }
}

void append_all(store& file, std::int64_t records) {
  constexpr std::int64_t poll = 1'000;
  for (std::int64_t from = 0; from < records; from += poll) {
    done(file.begin_poll());
    for (std::int64_t i = from; i < from + poll; ++i)
      done(file.add(std::array{mixed(i)}));
    done(file.end_poll(begin + std::chrono::seconds(from)));
  }
}

long peak_kib() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return used.ru_maxrss;
}

} // namespace

int main(int argc, char** argv) {
  const std::int64_t records = argc > 1 ? std::atoll(argv[1]) : 1'000'000;
  const test::temporary_directory dir(argc > 2 ? argv[2] : "");
  const fs::path path = dir / "ledger.db";
  const auto rate = [](double count, double time) { return count / time; };

  history past;
  {
    store file = opened(path, past);
    const double appending = seconds([&] { append_all(file, records); });
    fmt::print("append, a thousand in each poll: {} records in {:.2f} s, {:.0f} a second\n",
               records, appending, rate(static_cast<double>(records), appending));
  }
  fmt::print("size: {:.0f} MiB, {:.0f} bytes a record\n",
             static_cast<double>(fs::file_size(path)) / 1048576,
             static_cast<double>(fs::file_size(path)) / static_cast<double>(records));
  {
    history again;
    const double opening = seconds([&] { opened(path, again); });
    fmt::print("open, every record checked and understood: {:.2f} s, peak {} KiB\n", opening,
               peak_kib());
  }
  std::optional<std::string> flaw;
  const double verifying = seconds([&] { flaw = done(verify(path)).flaw; });
  fmt::print("verify, pages and indexes too: {:.2f} s: {}\n", verifying, flaw.value_or("fits"));

  history unused;
  store file = opened(path, unused);
  constexpr int intents = 500;
  const double promising = seconds([&] {
    for (std::int64_t i = 0; i < intents; ++i)
      done(file.append(std::vector{about_vm(kind::intent, i, 0, text(an_intent(i)))},
                       store::durability::on_disk));
  });
  fmt::print("intents, each on disk: {:.0f} a second\n", rate(intents, promising));
  return flaw ? 1 : 0;
}
