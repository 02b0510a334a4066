#include "publish/render.hpp"

#include "base/duration.hpp"
#include "base/sentences.hpp"
#include "base/text.hpp"
#include "publish/correction_kind.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace ovhl::publish {

ink ink_of(licensing::verdict v) noexcept {
  using licensing::verdict;
  switch (v) {
  case verdict::compliant: return ink::green;
  case verdict::missing:
  case verdict::wrong:
  case verdict::superfluous: return ink::red;
  case verdict::review:
  case verdict::mismatch: return ink::yellow;
  case verdict::exempt:
  case verdict::managed: return ink::plain;
  }
  return ink::plain;
}

ink ink_of(due_state state) noexcept {
  switch (state) {
  case due_state::failed: return ink::red;
  case due_state::held:
  case due_state::confirming: return ink::yellow;
  case due_state::running:
  case due_state::done: return ink::green;
  case due_state::none:
  case due_state::due:
  case due_state::reported: return ink::plain;
  }
  return ink::plain;
}

ink ink_of(licensing::outcome outcome) noexcept {
  if (outcome == licensing::outcome::done) return ink::green;
  if (outcome == licensing::outcome::failed) return ink::red;
  return ink::yellow;
}

std::string counted(std::size_t number, std::string_view word) {
  return fmt::format("{} {}{}", grouped(number), word, number == 1 ? "" : "s");
}

std::string span_text(std::chrono::seconds span) {
  span = std::max(span, std::chrono::seconds(0));
  return span.count() < 60 ? fmt::format("{} s", span.count()) : rough_duration(span);
}

cell license_cell(const std::optional<std::string>& license, ink colour) {
  if (is_none(license)) return {"none", ink::dim};
  return {*license, colour};
}

cell expected_cell(const std::optional<std::string>& expected) {
  if (!expected) return {"-", ink::dim};
  return *expected;
}

std::string with_rule(const std::string& reason, const std::string& rule) {
  return rule.empty() ? reason : fmt::format("{} [policy: {}]", reason, rule);
}

std::string action_text(licensing::action action, const std::optional<std::string>& before,
                        bool bypass) {
  if (action == licensing::action::none) return {};
  return fmt::format("{}{}", name(kind_of(action, before)), bypass ? " with bypass" : "");
}

std::string state_text(const licensing::correction_state& s) {
  if (s.state == due_state::reported && !s.words.empty()) return s.words; // they are complete
  std::vector<std::string> said;
  if (s.state == due_state::running && s.task_id)
    said.push_back(fmt::format("task {}", *s.task_id));
  if (!s.words.empty()) said.push_back(s.words);
  // The words may contain it already.
  if (s.until && s.words.find(minute_text(*s.until)) == std::string::npos)
    said.push_back((s.state == due_state::failed ? "next try " : "until ") + minute_text(*s.until));
  std::string text(name(s.state));
  if (s.state == due_state::held && s.by) text += fmt::format(" by {}", licensing::name(*s.by));
  return said.empty() ? text : fmt::format("{}: {}", text, fmt::join(said, "; "));
}

std::string ending_text(const std::string& message, const std::string& query_id) {
  const bool said = query_id.empty() || message.find(query_id) != std::string::npos;
  return message.empty() || said ? message : fmt::format("{} (query {})", message, query_id);
}

void append_sentence(std::string& out, std::string_view text, ink colour, const terminal& t) {
  const std::string lines = hanging(text, t);
  for (std::size_t from = 0; from <= lines.size();) {
    const auto end = std::min(lines.find('\n', from), lines.size());
    out += painted(std::string_view(lines).substr(from, end - from), colour, t) + '\n';
    from = end + 1;
  }
}

void append_heading(std::string& out, std::string_view title, const terminal& t) {
  if (!out.empty()) out += '\n';
  out += painted(title, ink::bold, t) + '\n';
}

place_names::place_names(std::span<const datacenter_row> all) : several_(all.size() > 1) {
  for (const datacenter_row& d : all)
    several_accounts_ = several_accounts_ || d.where.account != all.front().where.account;
}

std::string place_names::of(const licensing::place& where) const {
  const std::string name = fmt::format("{}/{}", where.service, where.datacenter);
  return several_accounts_ ? where.account + ": " + name : name;
}

std::vector<column> with_place(std::vector<column> columns, const place_names& places) {
  if (places.needed()) columns.insert(columns.begin() + 2, {"WHERE", fit::wrap});
  return columns;
}

std::vector<cell> with_place(std::vector<cell> row, const place_names& places,
                             const licensing::place& where) {
  if (places.needed()) row.insert(row.begin() + 2, cell(places.of(where)));
  return row;
}

void append_errors(std::string& out, std::span<const problem_row> errors, instant now,
                   const terminal& t) {
  constexpr std::size_t shown = 10;
  if (errors.empty()) return;
  const auto newest = errors.last(std::min(errors.size(), shown));
  append_heading(out,
                 newest.size() < errors.size()
                     ? fmt::format("The last {} of {}", shown, counted(errors.size(), "error"))
                     : "Errors",
                 t);
  table list({{"AGO", fit::whole, true}, {"WHAT", fit::note}});
  for (const problem_row& e : newest)
    list.add({span_text(now - e.at), words(e.what)});
  out += list.text(t);
}

} // namespace ovhl::publish
