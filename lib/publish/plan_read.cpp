#include "licensing/license.hpp"
#include "publish/deed.hpp"
#include "publish/json_tree.hpp"
#include "publish/plan.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace ovhl::publish {

namespace {

constexpr std::size_t largest = std::size_t(128) << 20U; // twice a plan for 100,000 VMs
constexpr std::size_t deepest = 8;                       // a plan has 3 levels

error not_a_plan(std::string what) {
  error e;
  e.message = "not an ovh-licensed plan: " + std::move(what);
  e.advice = "make one with `ovh-licensed plan --out`";
  return e;
}

error other_schema(int schema) {
  error e;
  e.message = fmt::format("the plan has schema {}; only 1 is supported", schema);
  e.advice = "make a new one with this version of `ovh-licensed plan --out`";
  return e;
}

// A required text.
std::string needed(const node& n) {
  std::string text = n.text();
  if (text.empty()) n.wrong("is empty");
  return text;
}

plan_document::account read_account(const node& n) {
  return {needed(n["name"]), needed(n["endpoint"])};
}

licensing::action read_made(const node& n) {
  using enum licensing::action;
  return n.choice(std::array{set_license, remove_license});
}

licensing::verdict read_due_verdict(const node& n) {
  using enum licensing::verdict;
  return n.choice(std::array{missing, wrong, superfluous, mismatch});
}

// The plan must ask only for what the API accepts.
void check_license(const plan_line& c, const node& before, const node& after,
                   const std::vector<std::string>* licenses) {
  if (c.action == licensing::action::remove_license) {
    if (!c.before) before.wrong("is null, so there is nothing to remove");
    if (c.after) after.wrong("must be null when a license is removed");
    return;
  }
  if (!c.after)
    after.wrong("is null, so there is nothing to declare");
  else if (licenses != nullptr && !licensing::is_settable(*c.after) &&
           std::ranges::find(*licenses, *c.after) == licenses->end())
    after.wrong(fmt::format("'{}' is not a license that can be declared", *c.after));
}

// The same as licensing::allows().
bool allowed_by_mode(const plan_line& c) { return c.mode >= mode_for(deed_of(c.action, c.before)); }

// `licenses`: see read_plan(); none: any.
plan_line read_correction(const node& n, const std::vector<std::string>* licenses) {
  plan_line c;
  c.where = {needed(n["account"]), needed(n["service"]), n["datacenter"].number<std::int64_t>()};
  c.vm_id = n["vm_id"].number<std::int64_t>();
  c.name = n["name"].text();
  c.guest_os_family = maybe_text(n["guest_os_family"]);
  c.reported_guest_os_family = maybe_text(n["reported_guest_os_family"]);
  c.verdict = read_due_verdict(n["verdict"]);
  c.action = read_made(n["action"]);
  const node before = n["before"];
  const node after = n["after"];
  c.before = maybe_text(before);
  c.after = maybe_text(after);
  check_license(c, before, after, licenses);
  c.bypass = n["bypass_guest_os_family_check"].boolean();
  c.mode = read_mode(n["mode"]);
  const node allowed = n.optional("allowed"); // older versions did not say it
  c.allowed = allowed.null() ? allowed_by_mode(c) : allowed.boolean();
  c.state = read_due_state(n["state"]);
  if (allowed.null() && c.allowed) c.state = due_state::due;
  if (const node guard = n.optional("guard"); !guard.null())
    c.guard = guard.choice(licensing::all_guards);
  c.until = maybe_time(n.optional("until"));
  c.why_held = text_or_empty(n.optional("error"));
  c.rule = text_or_empty(n["rule"]);
  c.reason = n["reason"].text();
  return c;
}

approved_plan read_file(const node& file, const std::vector<std::string>* licenses) {
  approved_plan plan;
  plan.made_at = file["made_at"].time();
  plan.seal = text_or_empty(file["seal"]);
  plan.policy_sha256 = needed(file["policy"]["sha256"]);
  file["accounts"].each([&](const node& n) { plan.accounts.push_back(read_account(n)); });
  std::set<std::pair<licensing::place, std::int64_t>> seen;
  file["corrections"].each([&](const node& n) {
    plan_line c = read_correction(n, licenses);
    const auto is_its = [&](const auto& account) { return account.name == c.where.account; };
    if (std::none_of(plan.accounts.begin(), plan.accounts.end(), is_its))
      n["account"].wrong(fmt::format("'{}' is not one of the plan's accounts", c.where.account));
    if (!seen.emplace(c.where, c.vm_id).second)
      n["vm_id"].wrong(fmt::format("{} appears twice", c.vm_id));
    plan.corrections.push_back(std::move(c));
  });
  return plan;
}

finding read_finding(const node& n) {
  finding f;
  f.where = read_place(n);
  f.vm_id = n["vm_id"].number<std::int64_t>();
  f.name = n["name"].text();
  f.guest_os_family = maybe_text(n["guest_os_family"]);
  f.reported_guest_os_family = maybe_text(n["reported_guest_os_family"]);
  f.license = maybe_text(n["license"]);
  f.expected = maybe_text(n["expected"]);
  f.verdict = read_verdict(n["verdict"]);
  f.rule = text_or_empty(n["rule"]);
  f.reason = n["reason"].text();
  if (const node known = n.optional("acknowledged"); !known.null())
    f.acknowledged = known.boolean();
  return f;
}

datacenter_line read_datacenter(const node& n) {
  datacenter_line d;
  d.where = read_place(n);
  d.vms = n["vms"].number<std::size_t>();
  d.ok = n["ok"].boolean();
  d.error = maybe_text(n["error"]);
  d.observed_at = maybe_time(n["observed_at"]);
  return d;
}

error_line read_error(const node& n) {
  error_line e;
  e.at = maybe_time(n["at"]).value_or(instant{});
  e.what.where = text_or_empty(n["where"]);
  e.what.message = n["message"].text();
  e.what.http_status = n["http_status"].null() ? 0 : n["http_status"].number<int>();
  e.what.query_id = text_or_empty(n["query_id"]);
  return e;
}

plan_document read_whole(const node& file) {
  approved_plan part = read_file(file, nullptr);
  plan_document plan;
  plan.made_at = part.made_at;
  plan.version = file["version"].text();
  const node policy = file["policy"];
  plan.policy = {policy["path"].text(), part.policy_sha256, read_mode(policy["mode"])};
  plan.accounts = std::move(part.accounts);
  plan.complete = file["complete"].boolean();
  const node summary = file["summary"];
  plan.vms = summary["vms"].number<std::size_t>();
  for (const licensing::verdict v : licensing::all_verdicts)
    plan.verdicts[static_cast<std::size_t>(v)] = summary[licensing::name(v)].number<std::size_t>();
  plan.corrections = std::move(part.corrections);
  file["findings"].each([&](const node& n) { plan.findings.push_back(read_finding(n)); });
  file["datacenters"].each([&](const node& n) { plan.datacenters.push_back(read_datacenter(n)); });
  file["errors"].each([&](const node& n) { plan.errors.push_back(read_error(n)); });
  return plan;
}

template <class T, class Read>
result<T> read_with(std::string_view text, Read read) {
  if (text.size() > largest)
    return not_a_plan(fmt::format("it is larger than {} MiB", largest >> 20U));
  json::monotonic_resource memory; // the tree goes as a whole
  json::parse_options limits;
  limits.max_depth = deepest;
  boost::system::error_code failed;
  const json::value root = json::parse(text, failed, &memory, limits);
  if (failed) return not_a_plan("it is not JSON: " + failed.message());

  std::string problem;
  const node file(root, problem);
  const int schema = file["schema"].number<int>();
  if (problem.empty() && schema != 1) return other_schema(schema);
  T plan = read(file);
  if (!problem.empty()) return not_a_plan(std::move(problem));
  return plan;
}

} // namespace

result<approved_plan> read_plan(std::string_view text, const std::vector<std::string>& licenses) {
  return read_with<approved_plan>(text,
                                  [&](const node& file) { return read_file(file, &licenses); });
}

result<plan_document> read_whole_plan(std::string_view text) {
  return read_with<plan_document>(text, read_whole);
}

} // namespace ovhl::publish
