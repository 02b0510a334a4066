// Controls how the API behaves: settings, credentials, tasks, orders.
#include "simulator/control_routes.hpp"

#include <utility>

namespace ovhl::sim {

namespace {

namespace json = boost::json;

std::chrono::milliseconds milliseconds(const json::value& value) {
  return std::chrono::milliseconds(as<std::int64_t>(value));
}

// ---- settings, credentials ----

json::value get_settings(const control_request& it) {
  const auto& w = it.w;
  const auto& how = w.behaviour;
  return {{"clock_offset_seconds", how.clock_offset.count() / 1000},
          {"date_header", how.date_header},
          {"latency_ms", how.latency.count()},
          {"requests_per_minute", w.budget.per_minute()},
          {"retry_after", how.retry_after},
          {"page_cap", how.page_cap},
          {"honour_pages", how.honour_pages},
          {"task_reads", w.tasks.reads_per_state},
          {"task_time_ms", w.tasks.time_per_state.count()},
          {"shown_after_ms", w.tasks.shown_after.count()}};
}

json::value patch_settings(const control_request& it) {
  auto& w = it.w;
  auto& how = w.behaviour;
  for (const auto& [name, value] : it.body()) {
    if (name == "clock_offset_seconds")
      how.clock_offset = milliseconds(value) * 1000;
    else if (name == "date_header")
      how.date_header = as<std::string>(value);
    else if (name == "latency_ms")
      how.latency = milliseconds(value);
    else if (name == "requests_per_minute")
      w.budget.set(as<int>(value), w.now());
    else if (name == "retry_after")
      how.retry_after = value.as_bool();
    else if (name == "page_cap")
      how.page_cap = as<std::size_t>(value);
    else if (name == "honour_pages")
      how.honour_pages = value.as_bool();
    else if (name == "task_reads")
      w.tasks.reads_per_state = as<int>(value);
    else if (name == "task_time_ms")
      w.tasks.time_per_state = milliseconds(value);
    else if (name == "shown_after_ms")
      w.tasks.shown_after = milliseconds(value);
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

json::value get_credentials(const control_request& it) {
  return each(it.w.credentials.all(), shown);
}

json::value patch_credential(const control_request& it) {
  auto* const found = it.w.credentials.find(it.number());
  if (!found) unknown("credential", it.names[0]);
  for (const auto& [name, value] : it.body()) {
    if (name == "status" && !mistake_in_json("auth.CredentialStateEnum", value)) {
      found->status = value.get_string();
    } else if (name == "expiration") {
      found->expiration = value.is_null() ? std::nullopt : parse_timestamp(as<std::string>(value));
      if (!value.is_null() && !found->expiration)
        throw std::runtime_error("expiration must be a datetime or null");
    } else if (name == "rules") {
      found->rules.clear();
      for (const auto& rule : value.as_array())
        found->rules.push_back(
            {as<std::string>(rule.at("method")), glob(as<std::string>(rule.at("path")))});
    } else
      throw std::runtime_error(fmt::format("'{}' cannot be set to that", std::string_view(name)));
  }
  return shown(*found);
}

json::value patch_tokens(const control_request& it) {
  const auto body = it.body();
  if (const auto* const lifetime = body.if_contains("lifetime_seconds"))
    it.w.credentials.token_lifetime = std::chrono::seconds(as<std::int64_t>(*lifetime));
  if (const auto* const revoke = body.if_contains("revoke"); revoke && revoke->as_bool())
    it.w.credentials.revoke_tokens();
  return done();
}

json::value patch_iam(const control_request& it) {
  const auto body = it.body();
  std::vector<glob> denied;
  for (const auto& action : body.at("denied").as_array())
    denied.emplace_back(as<std::string>(action));
  it.w.credentials.denied_actions = std::move(denied);
  return done();
}

// ---- tasks and orders ----

json::value get_tasks(const control_request& it) { return each(it.w.tasks.all(), task_object); }

std::string task_state(const json::value& value) {
  auto state = as<std::string>(value);
  if (!is_member("dedicatedCloud.TaskStateEnum", state)) unknown("task state", state);
  return state;
}

// Adds a task of somebody else on a VM.
json::value post_task(const control_request& it) {
  task begun;
  begun.foreign = true;
  const auto body = it.body();
  begun.vm_id = as<std::int64_t>(body.at("vmId"));
  const auto place = it.w.fleet.place_of(begun.vm_id);
  if (!place) unknown("VM", std::to_string(begun.vm_id));
  begun.service = place.service->name;
  begun.datacenter_id = place.datacenter->id;
  begun.name = as<std::string>(body.at("name"));
  begun.description = fmt::format("{} on virtual machine {}", begun.name, begun.vm_id);
  if (begun.name == "removeLicense") begun.license.emplace();
  for (const auto& [name, value] : body) {
    if (name == "license" && !value.is_null())
      begun.license = as<std::string>(value);
    else if (name == "description")
      begun.description = value.is_null() ? std::nullopt : std::optional(as<std::string>(value));
    else if (name == "state")
      begun.state = task_state(value);
    else if (name != "vmId" && name != "name" && name != "license")
      throw std::runtime_error(fmt::format("a task has no '{}'", std::string_view(name)));
  }
  return task_object(it.w.tasks.start(std::move(begun), it.w.fleet, it.w.now()));
}

json::value patch_task(const control_request& it) {
  auto* const found = it.w.tasks.find(it.number());
  if (!found) unknown("task", it.names[0]);
  const auto state = task_state(it.body().at("state"));
  it.w.tasks.move(*found, state, it.w.fleet, it.w.now());
  return task_object(*found);
}

json::value post_outcome(const control_request& it) {
  const auto body = it.body();
  outcome next{};
  const auto name = as<std::string>(body.at("outcome"));
  if (!parse_outcome(name, next)) unknown("outcome", name);
  it.w.tasks.expect(next, body.contains("times") ? as<int>(body.at("times")) : 1);
  return done();
}

json::value shown_order(const order& it) {
  auto object = order_object(it);
  object["status"] = it.status;
  object["duration"] = it.duration;
  object["services"] = each(it.services, [](const renewable& r) { return json::value(r.id); });
  return object;
}

json::value get_orders(const control_request& it) { return each(it.w.orders.all(), shown_order); }

json::value patch_order(const control_request& it) {
  auto* const found = it.w.orders.find(it.number());
  if (!found) unknown("order", it.names[0]);
  const auto status = as<std::string>(it.body().at("status"));
  if (!is_member("billing.order.OrderStatusEnum", status)) unknown("order status", status);
  it.w.orders.move(*found, status, it.w.fleet);
  return shown_order(*found);
}

} // namespace

std::span<const control_route> account_controls() {
  static constexpr control_route routes[] = {
      {"GET", "/settings", get_settings},
      {"PATCH", "/settings", patch_settings},
      {"GET", "/credentials", get_credentials},
      {"PATCH", "/credentials/{}", patch_credential},
      {"PATCH", "/tokens", patch_tokens},
      {"PATCH", "/iam", patch_iam},
      {"GET", "/tasks", get_tasks},
      {"POST", "/tasks", post_task},
      {"PATCH", "/tasks/{}", patch_task},
      {"POST", "/outcomes", post_outcome},
      {"GET", "/orders", get_orders},
      {"PATCH", "/orders/{}", patch_order},
  };
  return routes;
}

} // namespace ovhl::sim
