// A daemon as the ledger knows it, and a fleet that it may see.
#pragma once

#include "ledger/chronicle.hpp"
#include "ledger/poll_records.hpp"
#include "support.hpp"
#include "support/waited_chronicle.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

namespace ovhl::ledger::testing {

using lines = std::vector<std::string>;

inline licensing::vm a_vm(std::int64_t id, std::string_view license = {}) {
  static text_pool names;
  licensing::vm v;
  v.id = id;
  v.name = names.intern(fmt::format("vm-{}", id));
  v.guest_os_family = "windows2019srv_64Guest";
  v.license = license;
  v.cpus = 4;
  v.power = licensing::power_state::powered_on;
  return v;
}

inline licensing::datacenter a_datacenter(std::vector<licensing::vm> vms) {
  licensing::datacenter dc;
  dc.where = here;
  dc.complete = true;
  dc.vms = std::move(vms);
  return dc;
}

inline licensing::inventory a_fleet(licensing::datacenter dc) {
  licensing::inventory seen;
  seen.datacenters.push_back(std::move(dc));
  return seen;
}

inline error a_problem(failure kind) {
  error e;
  e.kind = kind;
  e.where = "GET /dedicatedCloud";
  e.message = "it did not work";
  return e;
}

// All compliant, since the first look at 08:00.
inline licensing::decisions decided(const licensing::inventory& seen) {
  licensing::decisions made;
  for (const licensing::datacenter& dc : seen.datacenters) {
    licensing::datacenter_decisions d;
    for (std::size_t i = 0; i < dc.vms.size(); ++i) {
      licensing::decision one;
      one.vm = static_cast<std::uint32_t>(i);
      one.verdict = licensing::verdict::compliant;
      d.vms.push_back(one);
    }
    d.since.assign(dc.vms.size(), start);
    d.occasions.assign(dc.vms.size(), licensing::occasion::first_look);
    made.datacenters.push_back(std::move(d));
  }
  return made;
}

class keeper {
 public:
  keeper(fs::path path, int minute) : path_(std::move(path)) {
    auto opened = waited_chronicle::open(path_, {"run", "ovh-licensed", 1, "1.2.3"}, at(minute));
    REQUIRE(opened.has_value());
    book = std::move(*opened);
    policy_.rules.resize(1);
  }

  void sees(int minute, const licensing::inventory& seen, const licensing::decisions& made) {
    REQUIRE(book->poll(seen, made, policy_, at(minute), std::chrono::minutes(10)).has_value());
  }
  void sees(int minute, const licensing::inventory& seen) { sees(minute, seen, decided(seen)); }
  void sees(int minute, licensing::datacenter dc) { sees(minute, a_fleet(std::move(dc))); }

  std::string body_of(const licensing::vm& v, std::optional<instant> last_seen) const {
    const licensing::inventory seen = a_fleet(a_datacenter({v}));
    vm_body body = ledger::body_of(v, decided(seen).datacenters[0], 0, policy_);
    body.last_seen = last_seen;
    return text(body);
  }

  // The records appended since the last call.
  lines appended() {
    lines fresh;
    for (const record& r : all_of(path_)) {
      if (r.number <= told_) continue;
      told_ = r.number;
      std::string line = timestamp(r.at).substr(11, 5) + " " + std::string(name(r.kind));
      if (!r.where.account.empty())
        line += fmt::format(" {}/{}/{}", r.where.account, r.where.service, r.where.datacenter);
      if (r.vm != 0) line += fmt::format("#{}", r.vm);
      if (r.about != 0) line += fmt::format(" about {}", r.about);
      fresh.push_back(line + " " + r.body);
    }
    return fresh;
  }

  std::unique_ptr<waited_chronicle> book;

 private:
  fs::path path_;
  licensing::policy policy_;
  std::int64_t told_ = 0;
};

} // namespace ovhl::ledger::testing
