#include "simulator/faults.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace ovhl::sim {

namespace {

namespace json = boost::json;
using enum delivery::manner;

struct kind {
  std::string_view name;
  bool effect; // the request takes effect
};

constexpr kind kinds[] = {
    {"status", false},     {"throttle", false}, {"reset_before", false}, {"reset_after", true},
    {"truncated", true},   {"garbage", true},   {"html", true},          {"empty", true},
    {"wrong_shape", true}, {"slow", true},      {"delay", true},         {"hang", false},
    {"huge", false},       {"deep", true},      {"no_pages", true},      {"pass", true},
};

const kind* find_kind(std::string_view name) {
  const auto* found = std::ranges::find(kinds, name, &kind::name);
  return found == std::end(kinds) ? nullptr : found;
}

reply failing(const fault& it) {
  if (it.body == "html") return html_page(it.status);
  if (!it.body.empty()) return {.status = it.status, .body = it.body};
  const auto* const api_class =
      it.status >= 500 ? "Server::InternalServerError" : "Client::BadRequest";
  return refused(
      {it.status, api_class, fmt::format("Simulated failure: {}", reason_phrase(it.status))});
}

reply throttled(const fault& it) {
  auto answer =
      refused({429, "Client::TooManyRequests", "Too many requests, please try again later"});
  if (!it.retry_after.empty()) answer.headers["Retry-After"] = it.retry_after;
  return answer;
}

// JSON nested where a reader must go through it: in a list, or under an unknown key.
std::string nested(std::string_view right) {
  constexpr std::size_t depth = 100'000;
  const bool list_of_objects = right.starts_with("[{");
  const bool object = right.starts_with("{");
  std::string text = list_of_objects ? R"([{"deep":)" : object ? R"({"deep":)" : "";
  text.append(depth, '[').append(depth, ']');
  text += list_of_objects ? "}]" : object ? "}" : "";
  return text;
}

std::string_view body_or(const fault& it, std::string_view body) {
  return it.body.empty() ? body : std::string_view(it.body);
}

answer transformed(const fault& it, reply right) {
  if (it.kind == "status") return {failing(it), {}};
  if (it.kind == "throttle") return {throttled(it), {}};
  if (it.kind == "reset_before" || it.kind == "reset_after")
    return {std::move(right), {.how = reset}};
  if (it.kind == "truncated") return {std::move(right), {.how = truncated}};
  if (it.kind == "garbage")
    return {{.body = std::string(body_or(it, std::string_view("\x01\xff}{\"vmId\":,\0]]", 15)))},
            {}};
  if (it.kind == "html") return {html_page(200), {}};
  if (it.kind == "empty") return {reply{}, {}};
  if (it.kind == "wrong_shape")
    return {{.body = std::string(body_or(it, R"({"unexpected":[1,"two",null]})"))}, {}};
  if (it.kind == "slow")
    return {std::move(right), {.how = dripped, .delay = it.delay, .bytes = it.bytes}};
  if (it.kind == "delay") return {std::move(right), {.delay = it.delay}};
  if (it.kind == "hang") return {std::move(right), {.how = never}};
  if (it.kind == "huge")
    return {{.body = it.body.empty() ? std::string(16 * std::size_t{1024}, ' ') : it.body},
            {.how = endless}};
  if (it.kind == "deep") return {{.body = nested(right.body)}, {}};
  return {std::move(right), {}}; // pass, no_pages
}

} // namespace

void fault_list::arm(fault it) {
  if (!find_kind(it.kind)) throw std::runtime_error(fmt::format("there is no fault '{}'", it.kind));
  it.bytes = std::max<std::size_t>(it.bytes, 1);
  glob method(it.method), path(it.path);
  armed_.push_back({std::move(it), std::move(method), std::move(path)});
}

std::optional<fault> fault_list::take(std::string_view method, std::string_view path) {
  for (auto it = armed_.begin(); it != armed_.end(); ++it) {
    if (!it->method.matches(method) || !it->path.matches(path)) continue;
    if (it->fault.skip > 0) {
      --it->fault.skip;
      continue;
    }
    auto taken = it->fault;
    if (it->fault.times == 1)
      armed_.erase(it);
    else if (it->fault.times > 1)
      --it->fault.times;
    return taken;
  }
  return std::nullopt;
}

std::vector<fault> fault_list::armed() const {
  std::vector<fault> list;
  list.reserve(armed_.size());
  for (const auto& it : armed_)
    list.push_back(it.fault);
  return list;
}

bool takes_effect(const fault& it) { return it.after || find_kind(it.kind)->effect; }

answer apply_fault(const fault& it, reply right) {
  auto answer = transformed(it, std::move(right));
  for (const auto& [name, value] : it.headers)
    answer.reply.headers[name] = value;
  return answer;
}

fault fault_from(const json::object& object) {
  fault it;
  for (const auto& member : object) {
    const std::string_view key = member.key();
    const auto& value = member.value();
    const auto number = [&value] { return json::value_to<int>(value); };
    const auto written = [&value] { return json::value_to<std::string>(value); };
    if (key == "method")
      it.method = written();
    else if (key == "path")
      it.path = written();
    else if (key == "kind")
      it.kind = written();
    else if (key == "times")
      it.times = number();
    else if (key == "skip")
      it.skip = number();
    else if (key == "status")
      it.status = number();
    else if (key == "after")
      it.after = value.as_bool();
    else if (key == "body")
      it.body = value.is_string() ? written() : json::serialize(value);
    else if (key == "retry_after")
      it.retry_after = value.is_string() ? written() : json::serialize(value);
    else if (key == "headers")
      it.headers = json::value_to<std::map<std::string, std::string>>(value);
    else if (key == "delay_ms")
      it.delay = std::chrono::milliseconds(number());
    else if (key == "bytes")
      it.bytes = json::value_to<std::size_t>(value);
    else
      throw std::runtime_error(fmt::format("a fault has no '{}'", key));
  }
  return it;
}

json::object to_json(const fault& it) {
  json::object headers;
  for (const auto& [name, value] : it.headers)
    headers[name] = value;
  return {{"method", it.method},
          {"path", it.path},
          {"kind", it.kind},
          {"times", it.times},
          {"skip", it.skip},
          {"status", it.status},
          {"after", it.after},
          {"body", it.body},
          {"retry_after", it.retry_after},
          {"headers", headers},
          {"delay_ms", it.delay.count()},
          {"bytes", it.bytes}};
}

} // namespace ovhl::sim
