// A new metric: one `family` with its samples in metrics_text(). Names and labels are the
// interface; no sample has a timestamp.
#include "base/text.hpp"
#include "publish/causes.hpp"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <sstream>

namespace ovhl::publish {

namespace {

using licensing::action;
using prometheus::MetricFamily;
using prometheus::MetricType;
using labels = std::vector<prometheus::ClientMetric::Label>;

class families {
 public:
  // The samples that follow belong to this family; a family without samples is left out.
  families& family(MetricType type, std::string_view name, const char* help) {
    all_.push_back({"ovh_licensed_" + std::string(name), help, type, {}});
    return *this;
  }

  template <class T>
    requires std::integral<T> || std::floating_point<T>
  families& sample(T value, labels with = {}) {
    auto& metric = all_.back().metric.emplace_back();
    // The exposition format allows only UTF-8, but external names may contain anything.
    for (auto& label : with)
      label.value = printable(label.value);
    metric.label = std::move(with);
    (all_.back().type == MetricType::Counter ? metric.counter.value : metric.gauge.value) =
        static_cast<double>(value);
    return *this;
  }
  families& sample(instant at, labels with = {}) {
    return sample(at.time_since_epoch().count(), std::move(with));
  }
  families& sample(const std::optional<instant>& at, labels with = {}) {
    return at ? sample(*at, std::move(with)) : *this;
  }

  std::string text() && {
    std::erase_if(all_, [](const MetricFamily& f) { return f.metric.empty(); });
    std::sort(all_.begin(), all_.end(),
              [](const MetricFamily& a, const MetricFamily& b) { return a.name < b.name; });
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, all_);
    return std::move(out).str();
  }

 private:
  std::vector<MetricFamily> all_;
};

labels of(const licensing::place& where) {
  return {{"account", where.account},
          {"service", where.service},
          {"datacenter", std::to_string(where.datacenter)}};
}

labels with(labels list, const char* name, std::string_view value) {
  list.push_back({name, std::string(value)});
  return list;
}

std::optional<instant> known(instant at) {
  return at == instant{} ? std::nullopt : std::optional(at);
}

void add_fleet(families& out, const std::vector<datacenter_row>& datacenters) {
  out.family(MetricType::Gauge, "vms", "VMs by verdict, as last seen.");
  for (const datacenter_row& d : datacenters)
    for (const licensing::verdict v : licensing::all_verdicts)
      out.sample(d.verdicts[static_cast<std::size_t>(v)],
                 with(of(d.where), "verdict", licensing::name(v)));

  out.family(MetricType::Gauge, "reviews_acknowledged",
             "Reviews acknowledged by the policy until a day that has not passed.");
  for (const datacenter_row& d : datacenters)
    out.sample(d.acknowledged, of(d.where));

  out.family(MetricType::Gauge, "licenses", "VMs by the Windows license declared for them.");
  for (const datacenter_row& d : datacenters)
    for (const auto& [license, count] : d.licenses)
      out.sample(count, with(of(d.where), "license", license));
}

// One sample for each state: alerts are wanted only for some of them.
void add_drift(families& out, const std::vector<cause_row>& causes) {
  using enum due_state;
  out.family(MetricType::Gauge, "oldest_drift_timestamp_seconds",
             "When the longest-due correction in this state became due.");
  for (const due_state state : {reported, confirming, held, running, failed}) {
    std::optional<instant> oldest;
    for (const cause_row& c : causes)
      for (const cause_state& s : c.states)
        if (s.state == state && s.since != instant{})
          oldest = std::min(oldest.value_or(s.since), s.since);
    out.sample(oldest, {{"state", std::string(name(state))}});
  }
}

constexpr std::array actions{action::set_license, action::remove_license};
constexpr std::array due_states{due_state::reported, due_state::confirming, due_state::held,
                                due_state::running,  due_state::failed,     due_state::done};

void add_due(families& out, const std::vector<cause_row>& causes) {
  std::array<std::array<std::size_t, due_states.size()>, actions.size()> counts{};
  for (const cause_row& cause : causes)
    for (const cause_state& how : cause.states) {
      const auto* const a = std::find(actions.begin(), actions.end(), cause.action);
      const auto* const state = std::find(due_states.begin(), due_states.end(), how.state);
      if (a != actions.end() && state != due_states.end())
        counts[static_cast<std::size_t>(a - actions.begin())]
              [static_cast<std::size_t>(state - due_states.begin())] += how.vms;
    }
  out.family(MetricType::Gauge, "corrections_due", "Corrections due, by action and state.");
  for (std::size_t a = 0; a < actions.size(); ++a)
    for (std::size_t state = 0; state < due_states.size(); ++state)
      out.sample(counts[a][state], with({{"action", std::string(licensing::name(actions[a]))}},
                                        "state", name(due_states[state])));
}

// Zeros too, so that alerts can rely on the series.
void add_corrections(families& out, const snapshot& s, const std::vector<cause_row>& causes) {
  out.family(MetricType::Counter, "corrections_total",
             "Corrections ended since the daemon started, by action and outcome.");
  for (std::size_t a = 0; a < actions.size(); ++a)
    for (const licensing::outcome how : licensing::all_outcomes)
      out.sample(s.corrections_ended[a][static_cast<std::size_t>(how)],
                 with({{"action", std::string(licensing::name(actions[a]))}}, "outcome",
                      licensing::name(how)));

  out.family(MetricType::Gauge, "corrections_held", "Corrections held back by a guard now.");
  for (const licensing::guard by : licensing::all_guards)
    out.sample(held_by(causes, due_state::confirming, by) + held_by(causes, due_state::held, by) +
                   held_by(causes, due_state::failed, by),
               {{"guard", std::string(licensing::name(by))}});

  out.family(MetricType::Gauge, "ledger_last_record_timestamp_seconds",
             "When the last ledger record was written.")
      .sample(s.ledger.last_record_at);
  out.family(MetricType::Gauge, "ledger_writable",
             "1 if the ledger can be written; otherwise nothing is corrected.")
      .sample(s.ledger.problem ? 0 : 1);
  out.family(MetricType::Gauge, "ledger_yielded",
             "1 while the ledger is yielded to apply and the daemon corrects nothing.")
      .sample(s.ledger.yielded_to ? 1 : 0);
}

void add_polls(families& out, const snapshot& s) {
  out.family(MetricType::Counter, "polls_total",
             "Polls by result: success read everything, partial not everything, failed nothing.")
      .sample(s.polls_succeeded, {{"result", "success"}})
      .sample(s.polls_partial, {{"result", "partial"}})
      .sample(s.polls_failed, {{"result", "failed"}});
  out.family(MetricType::Gauge, "poll_duration_seconds", "How long the last poll took.");
  if (s.poll.finished_at) out.sample(s.poll.duration_seconds);
  out.family(MetricType::Gauge, "last_poll_timestamp_seconds", "When the last poll finished.")
      .sample(s.last_poll_at);
  out.family(MetricType::Gauge, "last_success_timestamp_seconds",
             "When the last poll that read everything finished.")
      .sample(s.last_success_at);
  out.family(MetricType::Gauge, "last_partial_timestamp_seconds",
             "When the last poll that read only a part finished.")
      .sample(s.last_partial_at);
  out.family(MetricType::Gauge, "poll_interval_seconds", "The configured pause between polls.");
  if (s.poll_interval.count() > 0) out.sample(s.poll_interval.count());
}

void add_accounts(families& out, const std::vector<account_row>& accounts) {
  out.family(MetricType::Counter, "api_requests_total", "API requests by class of response.");
  for (const account_row& a : accounts)
    out.sample(a.answered_2xx, {{"account", a.account}, {"class", "2xx"}})
        .sample(a.answered_4xx, {{"account", a.account}, {"class", "4xx"}})
        .sample(a.answered_5xx, {{"account", a.account}, {"class", "5xx"}})
        .sample(a.failed, {{"account", a.account}, {"class", "error"}});

  std::uint64_t throttled = 0;
  for (const account_row& a : accounts)
    throttled += a.throttled;
  out.family(MetricType::Counter, "api_throttled_total",
             "Times a request waited for a rate limit, OVHcloud's or the configured one.")
      .sample(throttled);

  out.family(MetricType::Gauge, "credential_expiry_timestamp_seconds",
             "When the account's credentials expire.");
  for (const account_row& a : accounts)
    out.sample(a.credential_expiry, {{"account", a.account}});

  out.family(MetricType::Gauge, "service_expiry_timestamp_seconds", "When the service expires.");
  for (const account_row& a : accounts)
    for (const auto& [service, end] : a.service_expiry)
      out.sample(instant(end.on), {{"account", a.account}, {"service", service}});
  out.family(MetricType::Gauge, "service_renews_itself",
             "1 if OVHcloud renews the service automatically.");
  for (const account_row& a : accounts)
    for (const auto& [service, end] : a.service_expiry)
      out.sample(end.automatic ? 1 : 0, {{"account", a.account}, {"service", service}});
}

void add_policy(families& out, const snapshot& s) {
  out.family(MetricType::Gauge, "policy_info", "The policy in force.")
      .sample(1,
              {{"sha256", s.policy.sha256}, {"mode", std::string(licensing::name(s.policy.mode))}});
  out.family(MetricType::Gauge, "config_last_reload_successful",
             "1 if configuration and policy were valid when last read.")
      .sample(s.policy.last_reload.ok ? 1 : 0);
  out.family(MetricType::Gauge, "config_last_reload_success_timestamp_seconds",
             "When configuration and policy were last read and valid.")
      .sample(known(s.policy.loaded_at));

  std::optional<instant> next;
  for (const exemption_row& e : s.exemptions)
    // `until` is the last day an exemption applies.
    if (e.until && !e.expired) {
      const instant end = *e.until + std::chrono::days(1);
      if (!next || end < *next) next = end;
    }
  out.family(MetricType::Gauge, "exemption_next_expiry_timestamp_seconds",
             "When the next exemption or acknowledgement of the policy ends.")
      .sample(next);
}

} // namespace

std::string metrics_text(const snapshot& s) {
  families out;
  out.family(MetricType::Gauge, "build_info", "The running program.")
      .sample(1, {{"version", s.daemon.version}});
  add_fleet(out, s.datacenters);
  const std::vector<cause_row> causes = causes_of(s); // of all findings, listed or not
  add_due(out, causes);
  add_corrections(out, s, causes);
  add_drift(out, causes);
  add_polls(out, s);
  add_accounts(out, s.accounts);
  add_policy(out, s);
  return std::move(out).text();
}

} // namespace ovhl::publish
