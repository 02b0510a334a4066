// The keys are an interface, described in config/plan.schema.json.
#include "publish/plan_file.hpp"

#include "base/digest.hpp"
#include "licensing/license.hpp"
#include "publish/correction_kind.hpp"
#include "publish/fields.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace ovhl::publish {

namespace {

constexpr file_kind plan_file{"plan", "make one with `ovh-licensed plan --out`",
                              "make a new one with this version of `ovh-licensed plan --out`",
                              8}; // it has 3 levels

void needed(json_input& io, std::string_view key, const std::string& text) {
  if (text.empty()) io.wrong(key, "is empty");
}
void needed(json_output&, std::string_view, const std::string&) {}

// A plan must ask only for what the API accepts.
void check(json_input& io, const plan_row& c) {
  needed(io, "account", c.where.account);
  needed(io, "service", c.where.service);
  using enum licensing::verdict;
  if (c.verdict != missing && c.verdict != wrong && c.verdict != superfluous &&
      c.verdict != mismatch)
    io.wrong("verdict", fmt::format("'{}' is not known", name(c.verdict)));
  const bool removes = c.action == licensing::action::remove_license;
  if (c.action == licensing::action::none) io.wrong("action", "'' is not known");
  if (removes && !c.before) io.wrong("before", "is null, so there is nothing to remove");
  if (removes && c.after) io.wrong("after", "must be null when a license is removed");
  if (!removes && !c.after) io.wrong("after", "is null, so there is nothing to declare");
}

// For plans of versions without `allowed`: the same as licensing::allows().
void conclude_allowed(plan_row& c) {
  c.allowed = c.mode >= mode_for(kind_of(c.action, c.before));
  if (c.allowed) c.state = due_state::due;
}

} // namespace

void fields(auto& io, maybe_const<plan_document::used_policy> auto& p) {
  io("path", p.path);
  io("sha256", p.sha256);
  io("mode", p.mode);
  needed(io, "sha256", p.sha256);
}

void fields(auto& io, maybe_const<plan_document::account> auto& a) {
  io("name", a.name);
  io("endpoint", a.endpoint);
  needed(io, "name", a.name);
  needed(io, "endpoint", a.endpoint);
}

template <class IO>
void fields(IO& io, maybe_const<plan_row> auto& c) {
  vm_fields(io, c);
  io("verdict", c.verdict);
  io("action", c.action);
  io("before", c.before);
  io("after", c.after);
  io("bypass_guest_os_family_check", c.bypass);
  io("mode", c.mode);
  std::optional<bool> allowed;
  if constexpr (!IO::reads) allowed = c.allowed;
  io.newer("allowed", allowed);
  io("state", or_null(c.state));
  io.newer("guard", c.guard);
  io.newer("until", c.until);
  io.newer("error", or_null(c.why_held));
  io("rule", or_null(c.rule));
  io("reason", c.reason);
  if constexpr (IO::reads) {
    check(io, c);
    c.allowed = allowed.value_or(false);
    if (!allowed) conclude_allowed(c);
  }
}

// For these findings nothing is due, so they have fewer keys than in status.json.
void finding_fields(auto& io, maybe_const<finding> auto& f) {
  vm_fields(io, f);
  io("license", f.license);
  io("expected", f.expected);
  io("verdict", f.verdict);
  io("rule", or_null(f.rule));
  io("reason", f.reason);
  io.newer("acknowledged", f.acknowledged);
}

template <class IO>
void fields(IO& io, maybe_const<plan_document> auto& p) {
  io.shown("schema", 1);
  io("made_at", p.made_at);
  io("version", p.version);
  io("policy", p.policy);
  io("accounts", p.accounts);
  io("complete", p.complete);
  fleet_counts counts{p.vms, p.verdicts, 0};
  io("summary", counts);
  if constexpr (IO::reads) p.vms = counts.vms, p.verdicts = counts.verdicts;
  io("corrections", in_lines(p.corrections));
  io("findings", in_lines(p.findings, [](auto& each, auto& f) { finding_fields(each, f); }));
  io("datacenters", in_lines(p.datacenters));
  io("errors", in_lines(p.errors));
  std::string seal; // is added at the end
  if constexpr (IO::reads) io("seal", or_null(seal));
}

void fields(auto& io, maybe_const<approved_plan> auto& p) {
  io("made_at", p.made_at);
  io("seal", or_null(p.seal));
  plan_document::used_policy policy;
  io("policy", policy);
  p.policy_sha256 = std::move(policy.sha256);
  io("accounts", p.accounts);
  io("corrections", p.corrections);
}

namespace {

// What is wrong with a correction beyond its single keys; empty: nothing. Without `licenses`, every
// license is accepted.
std::string mistake(const auto& plan, const std::vector<std::string>* licenses) {
  std::set<std::pair<licensing::place, std::int64_t>> seen;
  for (std::size_t i = 0; i < plan.corrections.size(); ++i) {
    const plan_row& c = plan.corrections[i];
    if (licenses != nullptr && c.after && !licensing::is_settable(*c.after) &&
        std::ranges::find(*licenses, *c.after) == licenses->end())
      return fmt::format("corrections[{}].after '{}' is not a license that can be declared", i,
                         *c.after);
    if (std::ranges::find(plan.accounts, c.where.account, &plan_document::account::name) ==
        plan.accounts.end())
      return fmt::format("corrections[{}].account '{}' is not one of the plan's accounts", i,
                         c.where.account);
    if (!seen.emplace(c.where, c.vm_id).second)
      return fmt::format("corrections[{}].vm_id {} appears twice", i, c.vm_id);
  }
  return {};
}

template <class T>
result<T> read(std::string_view text, const std::vector<std::string>* licenses) {
  if (text.size() > largest_plan)
    return not_a(plan_file, fmt::format("it is larger than {} MiB", largest_plan >> 20U));
  auto plan = read_as<T>(text, plan_file);
  if (!plan) return plan;
  if (const std::string what = mistake(*plan, licenses); !what.empty())
    return not_a(plan_file, what);
  return plan;
}

// The last two lines of a plan.
std::string seal_of(std::string_view sealed, std::string_view key) {
  return fmt::format("  \"seal\": \"{}\"\n}}\n", hmac_sha256(key, sealed));
}

// Compares in constant time.
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
  append_json_of(out, in_lines(plan));
  out.replace(out.size() - 2, 2, ",\n"); // the seal comes before the end
  out += seal_of(out, key);
  return out;
}

bool begins_as_plan(std::string_view beginning) noexcept {
  return beginning.starts_with("{\n  \"schema\": 1,\n  \"made_at\": \"");
}

result<approved_plan> read_plan(std::string_view text, const std::vector<std::string>& licenses) {
  return read<approved_plan>(text, &licenses);
}

result<plan_document> read_whole_plan(std::string_view text) {
  return read<plan_document>(text, nullptr);
}

result<void> check_seal(std::string_view text, std::string_view key) {
  const std::size_t length = seal_of({}, key).size();
  const std::string_view sealed = text.substr(0, text.size() - std::min(text.size(), length));
  if (same(text.substr(sealed.size()), seal_of(sealed, key))) return {};
  return wrong({}, "the plan was changed after it was made, or made with other credentials",
               "make a new one with `ovh-licensed plan --out`");
}

} // namespace ovhl::publish
