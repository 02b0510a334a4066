#include "publish/json_pieces.hpp"

namespace ovhl::publish {

void member_time(json_writer& json, std::string_view key, instant at) {
  member_time(json, key, at == instant{} ? std::nullopt : std::optional(at));
}

void member_time(json_writer& json, std::string_view key, const std::optional<instant>& at) {
  json.key(key);
  if (at)
    json.value(timestamp(*at));
  else
    json.value(std::nullopt);
}

void member_text(json_writer& json, std::string_view key, std::string_view text) {
  json.key(key);
  if (text.empty())
    json.value(std::nullopt);
  else
    json.value(text);
}

void write_place(json_writer& json, const licensing::place& where) {
  json.member("account", where.account).member("service", where.service);
  json.member("datacenter", where.datacenter);
}

void write_datacenters(json_writer& json, std::span<const datacenter_line> datacenters) {
  json.begin_array(json_writer::layout::lines);
  for (const datacenter_line& d : datacenters) {
    json.begin_object();
    write_place(json, d.where);
    json.member("vms", d.vms).member("ok", d.ok).member("error", d.error);
    member_time(json, "observed_at", d.observed_at);
    json.end_object();
  }
  json.end_array();
}

void write_errors(json_writer& json, std::span<const error_line> errors) {
  json.begin_array(json_writer::layout::lines);
  for (const auto& [at, what, source, stands] : errors) {
    json.begin_object();
    member_time(json, "at", at);
    member_text(json, "where", what.where);
    json.member("message", what.advice.empty() ? what.message : what.message + "; " + what.advice);
    json.member("http_status",
                what.http_status == 0 ? std::nullopt : std::optional(what.http_status));
    member_text(json, "query_id", what.query_id);
    json.member("kind", ovhl::name(what.kind));
    member_text(json, "code", what.api_code);
    json.member("stands", stands);
    json.end_object();
  }
  json.end_array();
}

} // namespace ovhl::publish
