// Resolving names with a name service that hangs.
#include "ovh/http/resolve.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/system/system_error.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <iterator>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

using namespace ovhl;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

// A name service that answers when the test lets it.
class service {
 public:
  ovh::name_service asked() {
    return [this](const std::string& host) {
      std::unique_lock lock(mutex_);
      ++calls_;
      changed_.notify_all();
      changed_.wait(lock, [this] { return answering_; });
      ovh::addresses out;
      if (host == "gone.test")
        out.problem = "Name or service not known";
      else
        out.found.emplace_back(asio::ip::make_address("192.0.2.1"), 0);
      return out;
    };
  }
  void answer(bool yes = true) {
    const std::lock_guard lock(mutex_);
    answering_ = yes;
    changed_.notify_all();
  }
  void wait_for_call(int number) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return calls_ >= number; });
  }
  int calls() {
    const std::lock_guard lock(mutex_);
    return calls_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool answering_ = false;
  int calls_ = 0;
};

std::string shown(const ovh::addresses& a) {
  if (a.timed_out) return "timed out";
  if (a.found.empty()) return a.problem;
  return a.found.front().address().to_string() + " " + std::to_string(a.found.front().port());
}

struct asker {
  asio::io_context context;
  std::vector<std::string> got;
  int canceled = 0;

  void ask(service& by, std::string host, std::string port, std::chrono::nanoseconds limit,
           asio::cancellation_slot slot = {}) {
    asio::co_spawn(context, ovh::resolve_by(by.asked(), std::move(host), std::move(port), limit),
                   asio::bind_cancellation_slot(
                       slot, [this](const std::exception_ptr& e, const ovh::addresses& a) {
                         if (e)
                           ++canceled;
                         else
                           got.push_back(shown(a));
                       }));
  }
  std::vector<std::string> run() {
    context.restart();
    context.run();
    return std::exchange(got, {});
  }
};

std::ptrdiff_t entries(const char* folder) {
  return std::distance(std::filesystem::directory_iterator(folder), {});
}

using texts = std::vector<std::string>;

} // namespace

TEST_CASE("a look-up that hangs costs one thread and no descriptor, however often it is tried") {
  service dns;
  asker a;
  a.ask(dns, "hangs.test", "443", 1ms);
  CHECK(a.run() == texts{"timed out"});
  dns.wait_for_call(1);
  const auto threads = entries("/proc/self/task"), descriptors = entries("/proc/self/fd");
  for (int i = 0; i < 50; ++i) {
    a.ask(dns, "hangs.test", "443", 1ms);
    a.ask(dns, "hangs.test", "8443", 1ms);
    CHECK(a.run() == texts{"timed out", "timed out"});
  }
  CHECK(dns.calls() == 1);
  CHECK(entries("/proc/self/task") <= threads);
  CHECK(entries("/proc/self/fd") <= descriptors);

  dns.answer();
  a.ask(dns, "hangs.test", "443", 1h);
  CHECK(a.run() == texts{"192.0.2.1 443"}); // by the old one, or by a new one
}

TEST_CASE("all who wait for a host are told by one look-up, each with its port") {
  service dns;
  asker a;
  for (const char* port : {"443", "8443", "443"})
    a.ask(dns, "shared.test", port, 1h);
  a.ask(dns, "gone.test", "443", 1h);
  a.context.poll();
  dns.wait_for_call(2);
  dns.answer();
  texts got = a.run();
  std::sort(got.begin(), got.end());
  CHECK(got ==
        texts{"192.0.2.1 443", "192.0.2.1 443", "192.0.2.1 8443", "Name or service not known"});
  CHECK(dns.calls() == 2);
  a.ask(dns, "shared.test", "443", 1h); // nothing is kept
  CHECK(a.run() == texts{"192.0.2.1 443"});
  CHECK(dns.calls() == 3);
}

TEST_CASE("a caller that gives up does not disturb the others") {
  service dns;
  asker a;
  asio::cancellation_signal stop;
  a.ask(dns, "cancel.test", "443", 1h, stop.slot());
  a.ask(dns, "cancel.test", "443", 1h);
  a.context.poll();
  stop.emit(asio::cancellation_type::terminal);
  a.context.poll();
  CHECK(a.canceled == 1);
  dns.answer();
  CHECK(a.run() == texts{"192.0.2.1 443"});
  CHECK(dns.calls() == 1);
}

TEST_CASE("an address is not looked up") {
  service dns;
  asker a;
  a.ask(dns, "192.0.2.7", "443", 1h);
  a.ask(dns, "2001:db8::1", "80", 1h);
  CHECK(a.run() == texts{"192.0.2.7 443", "2001:db8::1 80"});
  CHECK(dns.calls() == 0);
}
