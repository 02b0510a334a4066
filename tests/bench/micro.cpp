// How long the parts take that run once for every VM: reading a page of the API's answer, and
// deciding. Per VM: the counter `VMs`.
#include "config/policy_file.hpp"
#include "licensing/decide.hpp"
#include "ovh/api/dedicated_cloud.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

using namespace ovhl;

namespace {

constexpr const char* guests[] = {
    "windows2019srvNext_64Guest", "windows2019srv_64Guest", "windows9Server64Guest",
    "debian11_64Guest",           "rhel8_64Guest",          "ubuntu64Guest"};
constexpr const char* licenses[] = {"\"windows 2022 Standard\"",
                                    "\"windows 2019 Standard\"",
                                    "\"windows 2016 Standard\"",
                                    "null",
                                    "null",
                                    "null"};

// About 1.4 KB, as the API's own are.
std::string vm_json(std::size_t id) {
  std::string text = fmt::format(
      R"({{"vmId":{},"name":"vm-{}","moRef":"vm-{}","guestOsFamily":"{}","license":{},"clusterName":"Cluster{}","folderName":"apps/{}","cpuNum":4,"powerState":"poweredOn")",
      id, id, id, guests[id % 6], licenses[id % 6], id % 4, id % 10);
  for (int i = 0; i < 18; ++i)
    text += fmt::format(R"(,"measure{}":{}.25)", i, id + 17U);
  text += R"(,"networks":[)";
  for (int i = 0; i < 2; ++i)
    text += fmt::format(
        R"({}{{"allowGuestControl":true,"backing":{{"deviceName":"VM Network","portGroupKey":"dvportgroup-{}","type":"DVS","useAutoDetect":null}},"connected":true,"controler":"vmxnet3","label":"Network adapter {}","macAddress":"00:50:56:00:00:{:02x}","startConnected":true,"status":"ok"}})",
        i == 0 ? "" : ",", id, i + 1, id % 256);
  text +=
      R"(],"filers":[{"committed":42949672960.0,"disks":[{"capacity":42949672960.0,"id":"2000"}],"name":"ssd-001234"}],"backup":null})";
  return text;
}

std::string page(std::size_t vms, std::size_t first = 1) {
  std::string text = "[";
  for (std::size_t id = first; id < first + vms; ++id)
    text += (id == first ? "" : ",") + vm_json(id);
  return text + "]";
}

void parse_page(benchmark::State& state) {
  const auto vms = static_cast<std::size_t>(state.range(0));
  const std::string body = page(vms);
  for (auto _ : state) {
    text_pool texts;
    std::vector<licensing::vm> to;
    ovh::vm_page_reader reader(texts, to, {});
    reader.next_page();
    reader.reset();
    constexpr std::size_t at_once = 16 * 1024; // as much as a TLS record brings
    for (std::size_t at = 0; at < body.size(); at += at_once)
      reader.feed(std::string_view(body).substr(at, at_once));
    if (!reader.finish() || to.size() != vms) state.SkipWithError("the page was not read");
  }
  state.counters["VMs"] =
      benchmark::Counter(static_cast<double>(vms), benchmark::Counter::kIsIterationInvariantRate |
                                                       benchmark::Counter::kInvert);
  state.SetBytesProcessed(static_cast<std::int64_t>(body.size()) * state.iterations());
}
BENCHMARK(parse_page)->Arg(5000)->Unit(benchmark::kMillisecond);

licensing::inventory fleet(std::size_t vms) {
  licensing::datacenter dc;
  dc.where = {"bench", "pcc-192-0-2-1", 1};
  dc.complete = true;
  ovh::vm_page_reader reader(dc.texts, dc.vms, {});
  for (std::size_t first = 1; first <= vms; first += 5000) {
    reader.next_page();
    reader.reset();
    reader.feed(page(5000, first));
    if (!reader.finish()) std::abort();
  }
  licensing::inventory seen;
  seen.datacenters.push_back(std::move(dc));
  return seen;
}

void decide(benchmark::State& state) {
  const auto vms = static_cast<std::size_t>(state.range(0));
  const auto policy = config::read_policy(OVHL_SOURCE_DIR "/config/policy.yaml");
  if (!policy.value) {
    state.SkipWithError("config/policy.yaml was not read");
    return;
  }
  const licensing::inventory seen = fleet(vms);
  const instant now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 20);
  licensing::memory memory;
  for (auto _ : state) {
    auto decided = licensing::decide(seen, policy.value->policy, memory, now);
    memory = std::move(decided.next);
    benchmark::DoNotOptimize(decided.datacenters.data());
  }
  state.counters["VMs"] =
      benchmark::Counter(static_cast<double>(vms), benchmark::Counter::kIsIterationInvariantRate |
                                                       benchmark::Counter::kInvert);
}
BENCHMARK(decide)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

} // namespace
