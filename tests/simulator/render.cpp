#include "simulator/render.hpp"

#include "simulator/json_text.hpp"
#include "simulator/types.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace ovhl::sim {

namespace {

namespace json = boost::json;

// Numbers that look like measurements and are always the same for the same VM.
class measurements {
 public:
  explicit measurements(std::int64_t id)
      : state_(static_cast<std::uint64_t>(id) * 0x9E3779B97F4A7C15U) {}
  std::int64_t below(std::int64_t limit) { // splitmix64
    state_ += 0x9E3779B97F4A7C15U;
    auto z = (state_ ^ (state_ >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return static_cast<std::int64_t>((z >> 33) % static_cast<std::uint64_t>(limit));
  }

 private:
  std::uint64_t state_;
};

void append_backup(json_text& out, measurements& some) {
  out.open("backup");
  out.decimal("allocatedDisk", 1000 + some.below(900'000));
  out.raw("backupDays", R"(["Monday","Wednesday","Friday"])");
  out.number("backupRepositoryId", 1 + some.below(4)).boolean("encryption", false);
  out.text("lastCreationTime", "2026-01-10T02:00:00+00:00");
  out.raw("lastDuration", R"({"unit":"s","value":341})");
  out.text("lastResult", "success").text("lastSuccessfulCreationTime", "2026-01-10T02:00:00+00:00");
  out.raw("lastSuccessfulDuration", R"({"unit":"s","value":341})");
  out.text("offerType", "advanced").raw("restorePoints", "[]").number("retentionTime", 7);
  out.text("state", "delivered").close();
}

void append_network(json_text& out, measurements& some, std::int64_t id) {
  out.open_list("networks").open();
  out.boolean("allowGuestControl", true).open("backing").null("carpState");
  out.text("deviceName", "vmnic0")
      .text("portGroupKey", "dvportgroup-102")
      .text("portGroupName", "VLAN102");
  out.number_text("portKey", id % 4096).null("portKeySecurityPolicy");
  out.text("switchUuid", "50 2e 5d 36 0c 4f 11 6e-2a b4 c1 7d 00 9b 1f 6a");
  out.text("type", "DVS")
      .boolean("useAutoDetect", false)
      .text("valueMoref", "dvportgroup-102")
      .close();
  out.boolean("connected", true).text("controler", "vmxnet3").text("label", "Network adapter 1");
  out.text("macAddress", fmt::format("00:50:56:{:02x}:{:02x}:{:02x}", id >> 16 & 0x3f,
                                     id >> 8 & 0xff, id & 0xff));
  out.boolean("startConnected", true).text("status", some.below(50) == 0 ? "untried" : "ok");
  out.close().close_list();
}

void append_filer(json_text& out, measurements& some) {
  const auto capacity = (20 + some.below(480)) * 100;
  out.open_list("filers").open().decimal("committed", capacity * 3 / 4);
  out.open_list("disks")
      .open()
      .decimal("capacity", capacity)
      .text("id", "2000")
      .close()
      .close_list();
  out.text("name", "pcc-000517").close().close_list();
}

void append_derived(std::string& text_out, const vm& machine) {
  measurements some(machine.id);
  const bool on = machine.power_state == "poweredOn";
  const auto while_on = [&](std::int64_t value) { return on ? value : 0; };
  json_text out(text_out);
  out.open();
  if (machine.id % 3 == 0)
    append_backup(out, some);
  else
    out.null("backup");
  out.raw("cdroms", R"([{"connected":false,"iso":null}])").text("clusterName", machine.cluster);
  out.decimal("cpuMax", machine.cpus * std::int64_t{2400'00}).number("cpuNum", machine.cpus);
  out.decimal("cpuReady", while_on(some.below(9000)))
      .decimal("cpuReadyPercent", while_on(some.below(300)));
  out.number("cpuUsed", while_on(some.below(machine.cpus * 1200 + 1)));
  append_filer(out, some);
  out.text("folderName", machine.folder).text("guestOsFamily", machine.guest_os);
  out.text("hostName", fmt::format("192.0.2.{}", 10 + machine.id % 48))
      .text("license", machine.license);
  out.number("memoryMax", machine.memory_mb).text("memoryTps", "0");
  out.number("memoryUsed", while_on(some.below(machine.memory_mb + 1)));
  out.text("moRef", fmt::format("vm-{}", machine.id)).text("name", machine.name);
  out.decimal("netPacketRx", while_on(some.below(500'000)))
      .decimal("netPacketTx", while_on(some.below(500'000)));
  out.decimal("netRx", while_on(some.below(90'000))).decimal("netTx", while_on(some.below(90'000)));
  append_network(out, some, machine.id);
  out.text("powerState", machine.power_state);
  out.decimal("readLatency", while_on(some.below(400)))
      .decimal("readPerSecond", while_on(some.below(20'000)));
  out.decimal("readRate", while_on(some.below(800'000))).null("roleFt");
  out.number("snapshotNum", some.below(3))
      .text("stateFt", "notConfigured")
      .number("vmId", machine.id);
  out.text("vmwareTools", on ? "guestToolsRunning" : "guestToolsNotRunning");
  out.text("vmwareToolsVersion", "guestToolsCurrent");
  out.decimal("writeLatency", while_on(some.below(400)))
      .decimal("writePerSecond", while_on(some.below(20'000)));
  out.decimal("writeRate", while_on(some.below(800'000)));
  out.close();
}

// Appends the derived fields, replaced by those that were set.
void append_with(std::string& out, std::string_view derived, const json::object& set) {
  auto object = json::parse(derived).as_object();
  for (const auto& [name, value] : set)
    if (name != "vmLicensed" && name != "reportedGuestOsFamily") object[name] = value;
  out += json::serialize(object);
}

const json::value* licensed_fields(const vm& machine) {
  return machine.fields ? machine.fields->if_contains("vmLicensed") : nullptr;
}

} // namespace

void append_vm(std::string& out, const vm& machine) {
  if (!machine.fields) return append_derived(out, machine);
  std::string derived;
  append_derived(derived, machine);
  append_with(out, derived, *machine.fields);
}

bool in_licensed_list(const vm& machine) {
  if (const auto* fields = licensed_fields(machine); fields && fields->is_bool())
    return fields->get_bool();
  return machine.license.data() || is_windows(machine.reported_guest_os);
}

std::string listed_license(const vm& machine) {
  if (const auto* fields = licensed_fields(machine); fields && fields->is_object())
    if (const auto* license = fields->get_object().if_contains("license");
        license && license->is_string())
      return std::string(license->get_string());
  return std::string(machine.license.data() ? machine.license : "unlicensed windows guestos");
}

void append_licensed(std::string& out, const vm& machine) {
  std::string own;
  const auto* fields = licensed_fields(machine);
  const bool changed = fields && fields->is_object();
  json_text writer(changed ? own : out);
  writer.open().text("guestOsFamily", machine.reported_guest_os);
  writer.text("license", machine.license.data() ? machine.license : "unlicensed windows guestos");
  writer.text("moRef", fmt::format("vm-{}", machine.id));
  writer.text("name", machine.name.data() ? machine.name : "").number("vmId", machine.id).close();
  if (changed) append_with(out, own, fields->get_object());
}

json::object service_object(const service& it) {
  json::object object{
      {"advancedSecurity", false},
      {"bandwidth", "1000"},
      {"billingType", "monthly"},
      {"canMigrateToVCD", false},
      {"certifiedInterfaceUrl", "https://" + it.name + ".ovh.com/secure"},
      {"commercialRange", "premier"},
      {"description", it.description},
      {"generation", "2.0"},
      {"iam", json::object{{"displayName", it.name},
                           {"id", fmt::format("00000000-0000-4000-8000-{:012}", it.service_id)},
                           {"state", "OK"},
                           {"tags", json::object()},
                           {"urn", "urn:v1:eu:resource:pccVMware:" + it.name}}},
      {"location", "rbx2a"},
      {"managementInterface", "vcsa"},
      {"productReference", "EPCC"},
      {"serviceName", it.name},
      {"servicePackName", nullptr},
      {"spla", it.spla},
      {"sslV3", false},
      {"state", "delivered"},
      {"userAccessPolicy", "open"},
      {"userLimitConcurrentSession", 0},
      {"userLogoutPolicy", "first"},
      {"userSessionTimeout", 0},
      {"vScopeUrl", "https://" + it.name + ".ovh.com/vScope/"},
      {"version", json::object{{"build", "24322831"}, {"major", "8.0"}, {"minor", "U3"}}},
      {"webInterfaceUrl", "https://" + it.name + ".ovh.com"},
  };
  for (const auto& [name, value] : it.fields)
    object[name] = value;
  return object;
}

json::object datacenter_object(const datacenter& it) {
  return {{"commercialName", "PREMIER"},
          {"commercialRangeName", "PREMIER"},
          {"datacenterId", it.id},
          {"description", ""},
          {"horizonViewName", nullptr},
          {"isRemovable", false},
          {"name", it.name},
          {"version", "8.0"}};
}

json::object service_infos(const service& it) {
  return {{"canDeleteAtExpiration", true},
          {"contactAdmin", "sim1-ovh"},
          {"contactBilling", "sim1-ovh"},
          {"contactTech", "sim1-ovh"},
          {"creation", "2020-01-15"},
          {"domain", it.name},
          {"engagedUpTo", nullptr},
          {"expiration", date_text(it.expiration)},
          {"possibleRenewPeriod", json::array{1, 3, 6, 12}},
          {"renew", json::object{{"automatic", it.automatic},
                                 {"deleteAtExpiration", false},
                                 {"forced", false},
                                 {"manualPayment", !it.automatic},
                                 {"period", nullptr}}},
          {"renewalType", it.automatic ? "automaticV2016" : "manual"},
          {"serviceId", it.service_id},
          {"status", it.expired ? "expired" : "ok"}};
}

} // namespace ovhl::sim
