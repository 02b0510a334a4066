#include "ledger/record.hpp"

#include "base/digest.hpp"
#include "ledger/chain.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ovhl::ledger {

namespace {

// These names are in the file: never rename one.
constexpr auto kinds = std::to_array<std::pair<kind, std::string_view>>({
    {kind::started, "started"},
    {kind::stopped, "stopped"},
    {kind::policy, "policy"},
    {kind::seen, "seen"},
    {kind::gap, "gap"},
    {kind::vm, "vm"},
    {kind::gone, "gone"},
    {kind::intent, "intent"},
    {kind::request, "request"},
    {kind::task, "task"},
    {kind::result, "result"},
    {kind::clock, "clock"},
});

void append_field(std::string& form, std::string_view value) {
  form += std::to_string(value.size());
  form += ':';
  form.append(value);
  form += '\n';
}

void append_field(std::string& form, std::int64_t number) {
  append_field(form, std::to_string(number));
}

row row_of(std::int64_t number, const new_record& e, std::string_view previous) {
  row r;
  r.number = number;
  r.at = e.at.time_since_epoch().count();
  r.kind = name(e.kind);
  r.account = e.where.account;
  r.service = e.where.service;
  r.datacenter = e.where.datacenter;
  r.vm = e.vm;
  r.about = e.about;
  r.body = e.body;
  r.previous = previous;
  return r;
}

} // namespace

std::string_view name(kind k) noexcept {
  const auto* const found = std::ranges::find(kinds, k, &decltype(kinds)::value_type::first);
  return found == kinds.end() ? std::string_view() : found->second;
}

std::optional<kind> parse_kind(std::string_view text) noexcept {
  for (const auto& [k, written] : kinds)
    if (written == text) return k;
  return std::nullopt;
}

std::string canonical(std::int64_t number, const row& r) {
  std::string form;
  form.reserve(r.body.size() + r.account.size() + r.service.size() + 256);
  form += "ovh-licensed record\n";
  append_field(form, number);
  append_field(form, r.at);
  append_field(form, r.kind);
  append_field(form, r.account);
  append_field(form, r.service);
  append_field(form, r.datacenter);
  append_field(form, r.vm);
  append_field(form, r.about);
  append_field(form, r.body);
  append_field(form, r.previous);
  return form;
}

std::string canonical(std::int64_t number, const new_record& e, std::string_view previous) {
  return canonical(number, row_of(number, e, previous));
}

std::string digest_of(std::int64_t number, const new_record& e, std::string_view previous) {
  return sha256(canonical(number, e, previous));
}

std::string seal_of(const head& h) {
  std::string form = "ovh-licensed head\n";
  append_field(form, h.records);
  append_field(form, h.digest);
  append_field(form, h.polled_at ? std::to_string(h.polled_at->time_since_epoch().count())
                                 : std::string());
  append_field(form, h.polls);
  return sha256(form);
}

} // namespace ovhl::ledger
