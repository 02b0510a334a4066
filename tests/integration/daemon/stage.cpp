#include "stage.hpp"

#include "support/file_text.hpp"
#include "support/fleets.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>

namespace ovhl::test {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr const char* fleet = R"(
services:
  - name: pcc-1
    expiration: 2031-05-06
    datacenters:
      - id: 12
        vms:
          - {vmId: 1, name: web-1, guestOsFamily: windows2019srvNext_64Guest, license: windows 2022 Standard}
          - {vmId: 2, name: web-2, guestOsFamily: windows2019srvNext_64Guest}
          - {vmId: 3, name: tux-1, guestOsFamily: debian11_64Guest}
          - {vmId: 4, name: tux-2, guestOsFamily: debian11_64Guest, license: windows 2022 Standard}
          - {vmId: 5, name: old-1, guestOsFamily: windows2019srv_64Guest, license: windows 2022 Standard}
  - name: pcc-2
    expiration: 2032-07-08
    datacenters:
      - id: 20
        vms:
          - {vmId: 6, name: byol-1, guestOsFamily: windows2019srvNext_64Guest}
          - {vmId: 7, name: desk-1, guestOsFamily: windows9_64Guest}
          - {vmId: 8, name: mixed-1, guestOsFamily: debian11_64Guest, reportedGuestOsFamily: windows2019srv_64Guest}
          - {vmId: 9, name: infra-1, guestOsFamily: windows2019srv_64Guest, license: OVHcloud managed}
)";

constexpr const char* policy = R"(mode: report
guest_os_families:
  windows2019srvNext_64Guest: windows 2022 Standard
  windows2019srv_64Guest: windows 2019 Standard
  "win*": review
  "*": none
rules:
  - name: own licenses
    match: {name: "byol-*"}
    license: keep
    reason: Volume licensing agreement 1234567
    until: 2099-12-31
)";

descriptor watch(const fs::path& folder) {
  descriptor it(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!it || ::inotify_add_watch(it.fd, folder.c_str(), IN_MOVED_TO) < 0)
    throw std::runtime_error("cannot watch " + folder.string());
  return it;
}

std::vector<std::string> secrets_of(sim::simulator& api) {
  const sim::accepted_credentials& keys = api.accepted();
  std::vector<std::string> all = api.issued_tokens();
  const std::vector<std::string> made = api.issued_consumer_keys();
  all.insert(all.end(), made.begin(), made.end());
  all.insert(all.end(),
             {keys.application_secret, keys.consumer_key, keys.client_secret, keys.access_token});
  return all;
}

} // namespace

sim::options every_verdict() { return {.fleet = fleet}; }

sim::options compliant(std::size_t vms) {
  return {.fleet = pcc_1(fmt::format("{{vmId: 100, name: web, license: windows 2022 Standard, "
                                     "guestOsFamily: windows2019srvNext_64Guest, count: {}}}",
                                     vms))};
}

std::string good_policy() { return policy; }

std::string policy_that(std::string_view mode, std::string_view guards) {
  std::string all = policy;
  all.replace(0, all.find('\n'), fmt::format("mode: {}\nguards: {{{}}}", mode, guards));
  return all;
}

stage::stage(sim::options o) : api(std::move(o)), changes_(watch(directory_.path())) {
  write("ovh.conf", api.conf(), 0600);
  write("policy.yaml", policy);
  configure();
}

stage::~stage() {
  for (process& p : processes_) {
    said_ += command_line(p.id()); // of those that still run
    p.kill();
  }
  const std::string all = all_that_was_said_and_written();
  CHECK_MESSAGE(leaks(all, secrets_of(api)).empty(), "a secret was told:\n", all);
  processes_.clear();
}

std::string stage::all_that_was_said_and_written() const {
  std::string all = said_;
  for (const process& p : processes_)
    all += p.out() + p.err();
  for (const auto& entry : fs::recursive_directory_iterator(directory_.path()))
    if (entry.is_regular_file() && entry.path().filename() != "ovh.conf")
      all += file_text(entry.path());
  return all;
}

std::string stage::content(std::string_view name) const { return file_text(path(name)); }

// Moved to its place, so that the program never reads a part; a mode that is given and not masked.
void stage::write(std::string_view name, std::string_view text, mode_t mode) const {
  fs::rename(directory_.file(fmt::format(".new-{}", name), text, mode), path(name));
}

configuration impatient() {
  configuration c;
  c.api = "{requests_per_minute: 0, timeout: 1s}";
  return c;
}

void stage::configure(const configuration& c) const {
  const std::string trusted =
      api.ca_file().empty() ? "" : fmt::format(", ca_file: {}", api.ca_file().string());
  write("config.yaml",
        fmt::format("policy: policy.yaml\n"
                    "accounts:\n"
                    "  - {{name: main, endpoint: \"{}\", {}{}}}\n"
                    "poll: {{interval: {}, timeout: {}}}\n"
                    "api: {}\n"
                    "corrections: {}\n"
                    "status: {}\n"
                    "ledger: {}\n"
                    "log: {}\n",
                    c.endpoint.empty() ? api.endpoint() : c.endpoint, c.account, trusted,
                    c.interval, c.timeout, c.api, c.corrections, c.status, c.ledger, c.log));
}

launch stage::command(std::vector<std::string> arguments) const {
  launch how;
  how.program = OVHL_PROGRAM;
  how.arguments = {"-c", "config.yaml"};
  how.arguments.insert(how.arguments.end(), arguments.begin(), arguments.end());
  how.folder = directory_.path();
  how.environment = {{"HOME", directory_.path().string()}, {"LANG", "C.UTF-8"}};
  return how;
}

outcome stage::run(std::vector<std::string> arguments) {
  return run_as(command(std::move(arguments)));
}

outcome stage::run_as(const launch& how) {
  outcome o = test::run(how);
  said_ += o.out + o.err;
  return o;
}

process& stage::start(const launch& how) { return processes_.emplace_back(how); }

process& stage::daemon_at_rest() {
  process& daemon = start_daemon();
  wait_for_status(daemon, "at rest", [&](const json::value& now) { // expiries are asked for last
    boost::system::error_code none;
    const json::value* const services = now.find_pointer("/accounts/0/services", none);
    return services != nullptr && !services->as_array().empty();
  });
  return daemon;
}

boost::json::value stage::status() const { return json::parse(content("status.json")); }
bool stage::has_status() const { return fs::exists(path("status.json")); }

json::value stage::wait_for_status(process& p, std::string_view what, const predicate& wanted) {
  json::value now;
  p.wait_until(
      fmt::format("a status that is {}", what),
      [&] {
        drain(changes_.fd);
        if (!has_status()) return false;
        now = status();
        return wanted(now);
      },
      changes_.fd);
  return now;
}

json::value stage::wait_for_state(process& p, std::string_view state) {
  return wait_for_status(p, state,
                         [&](const json::value& s) { return text(s, "/daemon/state") == state; });
}

json::value stage::wait_for_poll(process& p, std::int64_t wanted) {
  return wait_for_status(p, fmt::format("of poll {}", wanted), [&](const json::value& s) {
    return text(s, "/poll/finished_at") != "null" && number(s, "/poll/number") >= wanted;
  });
}

json::value stage::wait_for_finding(process& p, std::int64_t vm_id, std::string_view state) {
  const auto is_so = [&](const json::value& s) {
    const json::value f = finding(s, vm_id);
    return f.is_object() && text(f, "/state") == state;
  };
  return finding(wait_for_status(p, fmt::format("one with VM {} {}", vm_id, state), is_so), vm_id);
}

json::value stage::wait_for_corrections(process& p, std::size_t wanted) {
  return wait_for_status(p, fmt::format("one of {} corrections", wanted), [&](const auto& s) {
    return s.at("corrections").as_array().size() == wanted;
  });
}

void stage::poll_again(process& p, std::int64_t wanted) {
  p.signal(SIGUSR1);
  wait_for_poll(p, wanted);
}

void stage::wait_for_metric(process& p, const std::string& series, double value) {
  wait_for_status(p, fmt::format("beside {} {}", series, value), [&](const json::value&) {
    return contains(content("metrics.prom"), fmt::format("\n{} {}\n", series, value));
  });
}

std::size_t stage::requests(std::string_view path_part) {
  const auto all = api.requests();
  return static_cast<std::size_t>(std::count_if(
      all.begin(), all.end(), [&](const auto& r) { return contains(r.path, path_part); }));
}

std::size_t stage::looks() {
  const auto all = api.requests();
  return static_cast<std::size_t>(std::count_if(
      all.begin(), all.end(), [](const auto& r) { return r.path == "/dedicatedCloud"; }));
}

std::vector<sim::logged_request> stage::posts() {
  auto all = api.requests();
  std::erase_if(all, [](const auto& r) { return r.method != "POST"; });
  return all;
}

std::string stage::license(std::int64_t vm_id) {
  const auto vm = json::parse(api.control("GET", fmt::format("/control/vms/{}", vm_id)));
  return json::serialize(vm.at("license"));
}

json::array stage::tasks() {
  return std::move(json::parse(api.control("GET", "/control/tasks")).as_array());
}

void stage::end_tasks() {
  const json::array all = tasks();
  for (const json::value& task : all)
    api.control("PATCH", fmt::format("/control/tasks/{}", number(task, "/taskId")),
                R"({"state": "done"})");
}

void stage::wait_for_requests(process& p, std::size_t wanted, std::string_view path_part) {
  p.wait_until(
      fmt::format("{} requests of {}", wanted, path_part),
      [&] {
        drain(api.request_event());
        return requests(path_part) >= wanted;
      },
      api.request_event());
}

process& asking(stage& s, std::vector<std::string> arguments) {
  launch how = at_terminal(s.command(std::move(arguments)), 200);
  how.environment["NO_COLOR"] = "1";
  process& it = s.start(how);
  it.wait_until("its question", [&] { return contains(it.out(), "? [y/N] "); });
  return it;
}

void make_compliant(stage& s) {
  s.api.control("PATCH", "/control/vms/2", R"({"license": "windows 2022 Standard"})");
  s.api.control("PATCH", "/control/vms/4", R"({"license": null})");
  s.api.control("PATCH", "/control/vms/5", R"({"license": "windows 2019 Standard"})");
}

sim::fault refusal(std::string_view path) {
  sim::fault f;
  f.path = path;
  f.status = 403;
  f.times = 0;
  return f;
}

} // namespace ovhl::test
