// The keys are described in config/plan.schema.json, and are the interface. plan_read.cpp reads
// them back.
#include "base/digest.hpp"
#include "publish/json_pieces.hpp"
#include "publish/plan.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ovhl::publish {

namespace {

constexpr auto lines = json_writer::layout::lines;

void write_correction(json_writer& json, const plan_line& c) {
  json.begin_object();
  write_vm(json, c);
  json.member("verdict", licensing::name(c.verdict)).member("action", licensing::name(c.action));
  json.member("before", c.before).member("after", c.after);
  json.member("bypass_guest_os_family_check", c.bypass);
  json.member("mode", licensing::name(c.mode)).member("allowed", c.allowed);
  member_text(json, "state", name(c.state));
  member_text(json, "guard", c.guard ? name(*c.guard) : std::string_view());
  member_time(json, "until", c.until);
  member_text(json, "error", c.why_held);
  member_text(json, "rule", c.rule);
  json.member("reason", c.reason).end_object();
}

void write_finding(json_writer& json, const finding& f) {
  json.begin_object();
  write_vm(json, f);
  json.member("license", f.license).member("expected", f.expected);
  json.member("verdict", licensing::name(f.verdict));
  member_text(json, "rule", f.rule);
  json.member("reason", f.reason).member("acknowledged", f.acknowledged).end_object();
}

// The last line but one of a plan, and the last.
std::string seal_of(std::string_view sealed, std::string_view key) {
  return fmt::format("  \"seal\": \"{}\"\n}}\n", hmac_sha256(key, sealed));
}

// Takes the same time wherever the texts differ.
bool same(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  int different = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    different |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  return different == 0;
}

} // namespace

std::string plan_json(const plan_document& plan, std::string_view key) {
  std::string out;
  out.reserve(4096 + 512 * (plan.corrections.size() + plan.findings.size()));
  json_writer json(out);
  json.begin_object(lines).member("schema", 1);
  member_time(json, "made_at", plan.made_at);
  json.member("version", plan.version);
  json.key("policy").begin_object();
  json.member("path", plan.policy.path).member("sha256", plan.policy.sha256);
  json.member("mode", licensing::name(plan.policy.mode)).end_object();
  json.key("accounts").begin_array();
  for (const plan_document::account& a : plan.accounts)
    json.begin_object().member("name", a.name).member("endpoint", a.endpoint).end_object();
  json.end_array();
  json.member("complete", plan.complete);

  json.key("summary").begin_object().member("vms", plan.vms);
  for (const licensing::verdict v : licensing::all_verdicts)
    json.member(licensing::name(v), plan.verdicts[static_cast<std::size_t>(v)]);
  json.end_object();

  json.key("corrections").begin_array(lines);
  for (const plan_line& c : plan.corrections)
    write_correction(json, c);
  json.end_array();
  json.key("findings").begin_array(lines);
  for (const finding& f : plan.findings)
    write_finding(json, f);
  json.end_array();

  write_datacenters(json.key("datacenters"), plan.datacenters);
  write_errors(json.key("errors"), plan.errors);
  out += ",\n";
  out += seal_of(out, key);
  return out;
}

bool begins_as_plan(std::string_view beginning) noexcept {
  return beginning.starts_with("{\n  \"schema\": 1,\n  \"made_at\": \"");
}

result<void> check_seal(std::string_view text, std::string_view key) {
  const std::size_t length = seal_of({}, key).size();
  const std::string_view sealed = text.substr(0, text.size() - std::min(text.size(), length));
  if (same(text.substr(sealed.size()), seal_of(sealed, key))) return {};
  error e;
  e.message = "the plan was changed after it was made, or made with other credentials";
  e.advice = "make a new one with `ovh-licensed plan --out`";
  return e;
}

} // namespace ovhl::publish
