// ovh-simulator, the simulator as a program.
#include "base/duration.hpp"
#include "simulator/generate.hpp"
#include "simulator/simulator.hpp"
#include "support/file_text.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <filesystem>
#include <functional>
#include <stdexcept>

namespace {

using namespace ovhl;
namespace fs = std::filesystem;

constexpr auto about =
    R"(A fake OVHcloud API on loopback, for trying a policy. Nothing reaches OVHcloud.

  ovh-simulator --generate 200 --conf-out ovh.conf --ca-out ca.pem

Then add an account to config.yaml of ovh-licensed, with the printed endpoint and
  credentials_file: ovh.conf
  ca_file: ca.pem
Describe a fleet of your own in a YAML file (--fleet):

  services:
    - name: pcc-192-0-2-1
      datacenters:
        - id: 12
          vms:
            - {name: web-1, guestOsFamily: windows2019srv_64Guest, license: windows 2019 Standard}
            - {name: db-1, guestOsFamily: windows2019srvNext_64Guest, license: ~, powerState: poweredOff}
)";

constexpr auto control_help = "To change the fleet and arm faults while it runs, see the README "
                              "beside its source (/control).";

struct arguments {
  sim::options simulator;
  fs::path fleet, conf_out, ca_out, ready_out;
  std::string credentials = "application";
  bool plain = false, no_pages = false, no_retry_after = false, with_parent = false;
  std::chrono::milliseconds lively{0};
};

// 50ms, or as ovh-licensed writes durations: 2s, 1m.
std::chrono::milliseconds duration(const std::string& text) {
  long count = 0;
  const auto* const end = text.data() + text.size();
  const auto [unit, error] = std::from_chars(text.data(), end, count);
  if (error == std::errc() && count >= 0 && std::string_view(unit, end) == "ms")
    return std::chrono::milliseconds(count);
  if (const auto seconds = parse_duration(text)) return *seconds;
  throw CLI::ValidationError("'" + text + "' is not a duration such as 50ms, 2s or 1m");
}

void describe(CLI::App& app, arguments& given) {
  auto& it = given.simulator;
  const auto takes_duration = [&app](const char* name, std::chrono::milliseconds& into,
                                     const char* text) {
    app.add_option_function<std::string>(
           name, [&into](const std::string& s) { into = duration(s); }, text)
        ->type_name("DURATION");
  };
  app.add_option("--port", it.port,
                 "listen on this port of 127.0.0.1 and ::1 (default: a free one)");
  app.add_flag("--plain", given.plain, "serve http at 127.0.0.1 instead of https at localhost");

  auto* const file = app.add_option("--fleet", given.fleet, "read the fleet from this YAML file")
                         ->check(CLI::ExistingFile);
  app.add_option("--generate", it.generate.vms, "generate a fleet of this many VMs")
      ->excludes(file);
  app.add_option("--seed", it.generate.seed,
                 "seed of --generate and --lively: the same seed gives the same result");
  app.add_option("--services", it.generate.services, "generate this many private clouds")
      ->check(CLI::Range(1, 1000));
  app.add_option("--datacenters", it.generate.datacenters, "generate this many datacenters in each")
      ->check(CLI::Range(1, 1000));
  app.add_option("--drift", it.generate.drift_percent,
                 "give this percentage of generated VMs a wrong license")
      ->check(CLI::Range(0, 100));
  takes_duration("--lively", given.lively,
                 "change something this often: licenses, power, VMs that come and go");

  app.add_option("--page-cap", it.behaviour.page_cap, "send at most this many entries in a page");
  app.add_flag("--no-pages", given.no_pages, "list plain ids only");
  takes_duration("--latency", it.behaviour.latency, "wait before every answer");
  app.add_option("--requests-per-minute", it.requests_per_minute, "answer 429 beyond this budget")
      ->check(CLI::NonNegativeNumber);
  app.add_flag("--no-retry-after", given.no_retry_after, "send 429 without Retry-After");
  takes_duration("--task-time", it.task_time,
                 "keep tasks in each state for this time (default: until they are read)");
  app.add_option("--log-limit", it.log_limit, "keep this many requests for /control/requests");

  app.add_option("--conf-out", given.conf_out, "write an ovh.conf with valid credentials");
  app.add_option("--credentials", given.credentials, "kind of credentials in it")
      ->check(CLI::IsMember({"application", "oauth2", "token"}));
  app.add_option("--ca-out", given.ca_out, "write the certificate to trust (PEM)");
  app.add_option("--ready-out", given.ready_out, "write the URLs (JSON) when it listens");
  app.add_flag("--with-parent", given.with_parent, "stop when the program that started it ends");
  app.footer(control_help);
}

// Replaces the file atomically; it has its mode from the start.
void write_file(const fs::path& file, std::string_view text, mode_t mode) {
  const auto beside = file.string() + ".new";
  ::unlink(beside.c_str());
  const int descriptor = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  const bool written = descriptor >= 0 && ::write(descriptor, text.data(), text.size()) ==
                                              static_cast<ssize_t>(text.size());
  if (descriptor >= 0) ::close(descriptor);
  if (!written) throw std::runtime_error("cannot write " + file.string());
  fs::rename(beside, file);
}

void announce(const arguments& given, const sim::simulator& api) {
  if (!given.conf_out.empty()) write_file(given.conf_out, api.conf(given.credentials), 0600);
  if (!given.ca_out.empty() && !given.plain)
    write_file(given.ca_out, ovhl::test::file_text(api.ca_file()), 0644);
  if (!given.ready_out.empty())
    write_file(
        given.ready_out,
        fmt::format(
            "{{\"endpoint\": \"{}\", \"token_url\": \"{}\", \"control\": \"{}\", \"port\": {}}}\n",
            api.endpoint(), api.token_url(), api.control_url(), api.port()),
        0644);
  fmt::print("ovh-simulator answers at {}\n", api.endpoint());
  std::fflush(stdout);
}

void run(arguments given) {
  // First, so that no signal is lost.
  boost::asio::io_context io;
  boost::asio::signal_set signals(io, SIGTERM, SIGINT);
  signals.async_wait([&io](const boost::system::error_code&, int) { io.stop(); });
  if (given.with_parent) {
    const auto parent = ::getppid();
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) return; // the parent ended before that
  }
  if (!given.fleet.empty()) given.simulator.fleet = ovhl::test::file_text(given.fleet);
  given.simulator.tls = !given.plain;
  given.simulator.host = given.plain ? "127.0.0.1" : "localhost";
  given.simulator.behaviour.honour_pages = !given.no_pages;
  given.simulator.behaviour.retry_after = !given.no_retry_after;
  sim::simulator api(given.simulator);
  announce(given, api);

  boost::asio::steady_timer timer(io);
  const std::function<void()> live = [&] {
    timer.expires_after(given.lively);
    timer.async_wait([&](const boost::system::error_code& stopped) {
      if (stopped) return;
      api.control("POST", "/control/tick");
      live();
    });
  };
  if (given.lively.count() > 0) live();
  io.run();
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app(about, "ovh-simulator");
  arguments given;
  given.simulator.log_limit = 10'000;
  given.simulator.generate.vms = 50;
  describe(app, given);
  try {
    app.parse(argc, argv);
    run(std::move(given));
    return 0;
  } catch (const CLI::ParseError& said) { // --help is one too
    return app.exit(said) == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "ovh-simulator: {}\n", error.what());
    return 1;
  }
}
