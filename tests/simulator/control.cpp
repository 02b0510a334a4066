#include "simulator/control.hpp"

#include "simulator/fleet_file.hpp"
#include "simulator/types.hpp"
#include "simulator/vm_fields.hpp"
#include "simulator/world.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace ovhl::sim {

namespace {

namespace json = boost::json;

// What is asked of the door: "PATCH /control/vms/{}" with the braces' content in `names`.
struct wish {
  world& w;
  std::vector<std::string> names;
  std::string_view text; // the body as it came

  json::object body() const {
    if (text.empty()) return {};
    return json::parse(text).as_object();
  }
  std::int64_t number() const { return parse_long(names.at(0)).value_or(-1); }
};

[[noreturn]] void unknown(std::string_view what, std::string_view name) {
  throw std::runtime_error(fmt::format("there is no {} '{}'", what, name));
}

const json::value done = json::object{{"done", true}};

template <class List, class F>
json::array each(const List& list, F object) {
  json::array all;
  for (const auto& element : list)
    all.push_back(object(element));
  return all;
}

std::chrono::milliseconds milliseconds(const json::value& value) {
  return std::chrono::milliseconds(json::value_to<std::int64_t>(value));
}

// ---- the fleet ----

json::value overview(const wish& it) {
  std::size_t datacenters = 0;
  for (const auto& service : it.w.fleet.services)
    datacenters += service.datacenters.size();
  return {{"services", it.w.fleet.services.size()},
          {"datacenters", datacenters},
          {"vms", it.w.fleet.size()},
          {"connections_opened", it.w.connections_opened},
          {"connections_open", it.w.connections_open},
          {"requests", it.w.log.count()},
          {"faults", it.w.faults.armed().size()}};
}

json::value get_fleet(const wish& it) { return fleet_object(it.w.fleet); }

json::value put_fleet(const wish& it) {
  it.w.fleet = parse_fleet(it.text);
  it.w.looked_at.clear();
  return overview(it);
}

json::value get_vm(const wish& it) {
  const auto place = it.w.fleet.place_of(it.number());
  if (!place) unknown("VM", it.names[0]);
  auto fields = fields_of(*place.datacenter->find(it.number()));
  fields["service"] = place.service->name;
  fields["datacenter"] = place.datacenter->id;
  return fields;
}

datacenter& chosen_datacenter(fleet& all, const json::object& body) {
  const auto* const name = body.if_contains("service");
  const auto* const id = body.if_contains("datacenter");
  for (auto& service : all.services)
    for (auto& center : service.datacenters)
      if ((!name || json::value_to<std::string>(*name) == service.name) &&
          (!id || json::value_to<std::int64_t>(*id) == center.id))
        return center;
  throw std::runtime_error("there is no such datacenter");
}

json::value post_vm(const wish& it) {
  const auto body = it.body();
  auto& all = it.w.fleet;
  auto& where = chosen_datacenter(all, body);
  vm machine;
  const auto* const id = body.if_contains("vmId");
  machine.id = id ? json::value_to<std::int64_t>(*id) : all.next_vm_id();
  machine.cluster = all.texts->intern("Cluster1");
  machine.folder = all.texts->intern("vm");
  for (const auto& [name, value] : body)
    if (name != "vmId" && name != "service" && name != "datacenter")
      set_field(machine, name, value, *all.texts);
  if (!body.contains("reportedGuestOsFamily")) machine.reported_guest_os = machine.guest_os;
  const auto added = machine.id;
  all.add(where, std::move(machine));
  return {{"vmId", added}};
}

json::value patch_vm(const wish& it) {
  const auto body = it.body();
  const auto edit = [&](vm& machine) {
    for (const auto& [name, value] : body)
      set_field(machine, name, value, *it.w.fleet.texts);
  };
  if (!it.w.fleet.change(it.number(), edit)) unknown("VM", it.names[0]);
  return get_vm(it);
}

json::value delete_vm(const wish& it) {
  if (!it.w.fleet.remove(it.number())) unknown("VM", it.names[0]);
  return done;
}

json::value patch_service(const wish& it) {
  auto* const found = it.w.fleet.find(it.names[0]);
  if (!found) unknown("service", it.names[0]);
  for (const auto& [name, value] : it.body()) {
    if (name == "spla" && value.is_bool())
      found->spla = value.get_bool();
    else if (name == "expired")
      found->expired = value.as_bool();
    else if (name == "description" && value.is_string())
      found->description = value.get_string();
    else if (name == "expiration") {
      const auto date = parse_date(json::value_to<std::string>(value));
      if (!date) throw std::runtime_error("expiration must be a date");
      found->expiration = *date;
    } else
      found->fields[name] = value;
  }
  return done;
}

json::value delete_service(const wish& it) {
  if (std::erase_if(it.w.fleet.services, [&](const service& s) { return s.name == it.names[0]; }) ==
      0)
    unknown("service", it.names[0]);
  return done;
}

json::value delete_datacenter(const wish& it) {
  auto* const owner = it.w.fleet.find(it.names[0]);
  if (!owner) unknown("service", it.names[0]);
  const auto id = parse_long(it.names[1]);
  if (std::erase_if(owner->datacenters, [&](const datacenter& d) { return d.id == id; }) == 0)
    unknown("datacenter", it.names[1]);
  return done;
}

json::value tick(const wish& it) {
  const auto body = it.body();
  const auto steps = body.contains("steps") ? json::value_to<int>(body.at("steps")) : 1;
  json::array happened;
  for (int i = 0; i < steps; ++i)
    happened.push_back(json::value(it.w.life.step(it.w.fleet)));
  return happened;
}

// ---- faults, the log, violations ----

json::value get_faults(const wish& it) {
  return each(it.w.faults.armed(), [](const fault& f) { return to_json(f); });
}

json::value post_faults(const wish& it) {
  const auto body = json::parse(it.text);
  if (body.is_array())
    for (const auto& element : body.get_array())
      it.w.faults.arm(fault_from(element.as_object()));
  else
    it.w.faults.arm(fault_from(body.as_object()));
  return get_faults(it);
}

json::value delete_faults(const wish& it) {
  it.w.faults.clear();
  return done;
}

json::value get_requests(const wish& it) {
  return each(it.w.log.entries(), [](const logged_request& entry) { return to_json(entry); });
}

json::value delete_requests(const wish& it) {
  it.w.log.clear();
  return done;
}

json::value get_violations(const wish& it) {
  return each(it.w.violations, [](const std::string& words) { return json::value(words); });
}

json::value delete_violations(const wish& it) {
  it.w.violations.clear();
  return done;
}

// ---- settings, credentials ----

json::value get_settings(const wish& it) {
  const auto& w = it.w;
  return {{"clock_offset_seconds", w.clock_offset.count() / 1000},
          {"latency_ms", w.latency.count()},
          {"requests_per_minute", w.budget.per_minute()},
          {"retry_after", w.retry_after},
          {"page_cap", w.page_cap},
          {"honour_pages", w.honour_pages},
          {"task_reads", w.tasks.reads_per_state},
          {"task_time_ms", w.tasks.time_per_state.count()}};
}

json::value patch_settings(const wish& it) {
  auto& w = it.w;
  for (const auto& [name, value] : it.body()) {
    if (name == "clock_offset_seconds")
      w.clock_offset = milliseconds(value) * 1000;
    else if (name == "latency_ms")
      w.latency = milliseconds(value);
    else if (name == "requests_per_minute")
      w.budget.set(json::value_to<int>(value), w.now());
    else if (name == "retry_after")
      w.retry_after = value.as_bool();
    else if (name == "page_cap")
      w.page_cap = json::value_to<std::size_t>(value);
    else if (name == "honour_pages")
      w.honour_pages = value.as_bool();
    else if (name == "task_reads")
      w.tasks.reads_per_state = json::value_to<int>(value);
    else if (name == "task_time_ms")
      w.tasks.time_per_state = milliseconds(value);
    else
      unknown("setting", name);
  }
  return get_settings(it);
}

json::object shown(const consumer_credential& it) {
  return {{"credentialId", it.id},
          {"status", it.status},
          {"expiration", it.expiration ? json::value(timestamp(*it.expiration)) : json::value()},
          {"rules", rules_json(it.rules)}};
}

json::value get_credentials(const wish& it) { return each(it.w.credentials.all(), shown); }

json::value patch_credential(const wish& it) {
  auto* const found = it.w.credentials.find(it.number());
  if (!found) unknown("credential", it.names[0]);
  for (const auto& [name, value] : it.body()) {
    if (name == "status" && !fault_of_json("auth.CredentialStateEnum", value)) {
      found->status = value.get_string();
    } else if (name == "expiration") {
      found->expiration.reset();
      if (!value.is_null() &&
          !(found->expiration = parse_timestamp(json::value_to<std::string>(value))))
        throw std::runtime_error("expiration must be a datetime or null");
    } else if (name == "rules") {
      found->rules.clear();
      for (const auto& rule : value.as_array())
        found->rules.push_back({json::value_to<std::string>(rule.at("method")),
                                glob(json::value_to<std::string>(rule.at("path")))});
    } else
      throw std::runtime_error(fmt::format("'{}' cannot be set so", std::string_view(name)));
  }
  return shown(*found);
}

json::value patch_tokens(const wish& it) {
  const auto body = it.body();
  if (const auto* const lifetime = body.if_contains("lifetime_seconds"))
    it.w.credentials.token_lifetime = std::chrono::seconds(json::value_to<std::int64_t>(*lifetime));
  if (const auto* const revoke = body.if_contains("revoke"); revoke && revoke->as_bool())
    it.w.credentials.revoke_tokens();
  return done;
}

json::value patch_iam(const wish& it) {
  std::vector<glob> denied;
  for (const auto& action : it.body().at("denied").as_array())
    denied.emplace_back(json::value_to<std::string>(action));
  it.w.credentials.denied_actions = std::move(denied);
  return done;
}

// ---- tasks and orders ----

json::value get_tasks(const wish& it) { return each(it.w.tasks.all(), task_object); }

json::value patch_task(const wish& it) {
  auto* const found = it.w.tasks.find(it.number());
  if (!found) unknown("task", it.names[0]);
  const auto state = json::value_to<std::string>(it.body().at("state"));
  if (!is_member("dedicatedCloud.TaskStateEnum", state)) unknown("task state", state);
  it.w.tasks.move(*found, state, it.w.fleet, it.w.now());
  return task_object(*found);
}

json::value post_outcome(const wish& it) {
  const auto body = it.body();
  outcome next{};
  const auto name = json::value_to<std::string>(body.at("outcome"));
  if (!parse_outcome(name, next)) unknown("outcome", name);
  it.w.tasks.expect(next, body.contains("times") ? json::value_to<int>(body.at("times")) : 1);
  return done;
}

json::value shown_order(const order& it) {
  auto object = order_object(it);
  object["status"] = it.status;
  object["duration"] = it.duration;
  object["services"] = each(it.services, [](const renewable& r) { return json::value(r.id); });
  return object;
}

json::value get_orders(const wish& it) { return each(it.w.orders.all(), shown_order); }

json::value patch_order(const wish& it) {
  auto* const found = it.w.orders.find(it.number());
  if (!found) unknown("order", it.names[0]);
  const auto status = json::value_to<std::string>(it.body().at("status"));
  if (!is_member("billing.order.OrderStatusEnum", status)) unknown("order status", status);
  it.w.orders.move(*found, status, it.w.fleet);
  return shown_order(*found);
}

// ---- the table ----

struct door {
  std::string_view method, path;
  json::value (*open)(const wish&);
};

constexpr door doors[] = {
    {"GET", "", overview},
    {"GET", "/fleet", get_fleet},
    {"PUT", "/fleet", put_fleet},
    {"POST", "/vms", post_vm},
    {"GET", "/vms/{}", get_vm},
    {"PATCH", "/vms/{}", patch_vm},
    {"DELETE", "/vms/{}", delete_vm},
    {"PATCH", "/services/{}", patch_service},
    {"DELETE", "/services/{}", delete_service},
    {"DELETE", "/services/{}/datacenters/{}", delete_datacenter},
    {"POST", "/tick", tick},
    {"GET", "/faults", get_faults},
    {"POST", "/faults", post_faults},
    {"DELETE", "/faults", delete_faults},
    {"GET", "/requests", get_requests},
    {"DELETE", "/requests", delete_requests},
    {"GET", "/violations", get_violations},
    {"DELETE", "/violations", delete_violations},
    {"GET", "/settings", get_settings},
    {"PATCH", "/settings", patch_settings},
    {"GET", "/credentials", get_credentials},
    {"PATCH", "/credentials/{}", patch_credential},
    {"PATCH", "/tokens", patch_tokens},
    {"PATCH", "/iam", patch_iam},
    {"GET", "/tasks", get_tasks},
    {"PATCH", "/tasks/{}", patch_task},
    {"POST", "/outcomes", post_outcome},
    {"GET", "/orders", get_orders},
    {"PATCH", "/orders/{}", patch_order},
};

// The names that stand where the pattern has {}, or nothing where the path does not fit it.
std::optional<std::vector<std::string>> fit(std::string_view pattern, std::string_view path) {
  std::vector<std::string> names;
  while (!pattern.empty() && !path.empty()) {
    pattern.remove_prefix(1);
    path.remove_prefix(1);
    const auto wanted = pattern.substr(0, pattern.find('/'));
    const auto given = path.substr(0, path.find('/'));
    if (wanted == "{}" && !given.empty())
      names.emplace_back(given);
    else if (wanted != given)
      return std::nullopt;
    pattern.remove_prefix(wanted.size());
    path.remove_prefix(given.size());
  }
  return pattern.empty() && path.empty() ? std::optional(std::move(names)) : std::nullopt;
}

} // namespace

reply control(world& w, std::string_view method, std::string_view path, std::string_view body) {
  const auto inside = path.substr(std::min(path.size(), std::string_view("/control").size()));
  for (const auto& it : doors) {
    if (it.method != method) continue;
    if (auto names = fit(it.path, inside)) {
      try {
        return json_reply(it.open({w, std::move(*names), body}));
      } catch (const std::exception&
                   error) { // of JSON, of a value, of a name: all of them the caller's mistake
        return bad_request(error.what());
      }
    }
  }
  return not_found(fmt::format("the control door knows no {} {}", method, path));
}

} // namespace ovhl::sim
