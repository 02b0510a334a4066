// What `apply` shows: before the question, as each correction ends, and afterwards.
#include "publish/apply.hpp"

#include "base/text.hpp"
#include "publish/correction_kind.hpp"
#include "publish/plan_parts.hpp"
#include "publish/plan_text.hpp"
#include "publish/render.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace ovhl::publish {

namespace {

using licensing::outcome;

bool running(const apply_row& row) noexcept {
  return !row.end && row.current.state == due_state::running;
}
// Before the corrections: started by another process. Afterwards: not finished.
bool under_way(const apply_row& row) noexcept { return running(row) && row.current.task_id; }
// Before the corrections. Afterwards: interrupted; a request may have been sent all the same.
bool to_be_made(const apply_row& row) noexcept { return running(row) && !row.current.task_id; }
bool done(const apply_row& row) noexcept { return row.end && row.end->how == outcome::done; }

using rows_of = std::vector<const apply_row*>;

template <class Which>
rows_of those(std::span<const apply_row> rows, Which which) {
  rows_of found;
  for (const apply_row& c : rows)
    if (which(c)) found.push_back(&c);
  return found;
}

template <class Which>
std::size_t count(std::span<const apply_row> rows, Which which) {
  return static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), which));
}

correction_kind kind_in(const apply_row& c) noexcept {
  return publish::kind_of(c.action, c.before);
}

// ---- before the question ----

// What all of these corrections exceed; empty: nothing, or not the same.
std::string_view exceeded_by_all(const rows_of& rows) {
  if (rows.size() < 2) return {};
  const std::string& words = rows.front()->current.words;
  const bool alike =
      std::ranges::all_of(rows, [&](const apply_row* c) { return c->current.words == words; });
  return alike ? std::string_view(words) : std::string_view();
}

void append_made(std::string& out, const rows_of& rows, const place_names& places,
                 const terminal& t) {
  if (rows.empty()) return;
  append_heading(out, "To be made: " + counted(rows.size(), "correction"), t);
  vm_table list = table_of_corrections(fit::wrap, places, t);
  const std::string_view exceeded = exceeded_by_all(rows);
  for (const apply_row* const c : rows) {
    const bool exceeds = exceeded.empty() && !c->current.words.empty();
    const std::string why = why_corrected(*c);
    list.add(*c, correction_cells(*c), exceeds ? why + "; " + c->current.words : why,
             exceeds ? ink::yellow : ink::plain);
  }
  out += list.text();
  if (exceeded.empty()) return;
  out += '\n';
  append_sentence(out, fmt::format("Each of them {}. These guards do not bind a person.", exceeded),
                  ink::yellow, t);
}

void append_not_made(std::string& out, const rows_of& rows, const place_names& places,
                     const terminal& t) {
  if (rows.empty()) return;
  append_heading(out, "Not made: " + counted(rows.size(), "correction"), t);
  vm_table list(fit::wrap, {{"ACTION"}}, "WHY NOT", places, t);
  for (const apply_row* const c : rows)
    list.add(*c, {action_text(c->action, c->before)}, state_text(c->current),
             ink_of(c->current.state));
  out += list.text();
}

// Corrections in the same state; the words of one if all have the same.
struct group {
  std::size_t vms = 0;
  std::vector<std::string> names;
  std::string words;
  bool alike = true;
  const apply_row* first = nullptr;
};
using group_key = std::tuple<due_state, std::optional<licensing::guard>, bool, correction_kind>;

std::map<group_key, group> groups_of(const rows_of& rows, const auto& words_of) {
  constexpr std::size_t names_shown = 3;
  std::map<group_key, group> all;
  for (const apply_row* const c : rows) {
    group& g = all[{c->current.state, c->current.by, c->end.has_value(), kind_in(*c)}];
    const std::string words = words_of(*c);
    if (++g.vms == 1) g.words = words, g.first = c;
    g.alike = g.alike && g.words == words;
    if (g.names.size() < names_shown)
      g.names.push_back(c->name.empty() ? std::to_string(c->vm_id) : c->name);
  }
  return all;
}

void append_groups(std::string& out, std::string_view heading, const rows_of& rows,
                   const auto& words_of, const terminal& t) {
  if (rows.empty()) return;
  append_heading(out, heading, t);
  table list(
      {{"VMS", fit::whole, true}, {"ACTION"}, {"SUCH AS", fit::wrap}, {"WHY NOT", fit::note}});
  for (const auto& [key, g] : groups_of(rows, words_of))
    list.add({grouped(g.vms),
              name(kind_in(*g.first)),
              fmt::format("{}{}", fmt::join(g.names, ", "), g.vms > g.names.size() ? ", …" : ""),
              {(g.alike ? "" : "for example: ") + g.words, ink_of(g.first->current.state)}});
  out += list.text(t);
}

std::string kinds_text(std::span<const apply_row> rows) {
  std::vector<std::string> parts;
  for (const correction_kind what : all_correction_kinds)
    if (const auto number =
            count(rows, [&](const apply_row& c) { return to_be_made(c) && kind_in(c) == what; }))
      parts.push_back(fmt::format("{} to {}", grouped(number), name(what)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

// Only the mode leaves it.
bool left_by_mode(const apply_row& c) noexcept {
  return !c.end && c.current.state == due_state::reported;
}

std::string left_text(std::span<const apply_row> rows) {
  std::vector<const plan_row*> left;
  for (const apply_row* const c : those(rows, left_by_mode))
    left.push_back(c);
  return fmt::format("{} left by {}", grouped(left.size()), modes_text(left));
}

// Mode declare allows only declarations.
std::string remedy_text(const rows_of& left) {
  const auto to_declare = static_cast<std::size_t>(std::ranges::count_if(
      left, [](const apply_row* c) { return kind_in(*c) == correction_kind::declare; }));
  const std::string_view which = left.size() == 1 ? "it" : "them";
  if (to_declare == left.size())
    return fmt::format("To apply {}, set mode declare or enforce in the policy.", which);
  if (to_declare == 0) return fmt::format("To apply {}, set mode enforce in the policy.", which);
  return fmt::format("To apply them, set mode enforce in the policy, or mode declare for only {} "
                     "to declare.",
                     grouped(to_declare));
}

void append_nothing(std::string& out, std::span<const datacenter_row> datacenters,
                    const apply_view& of, const terminal& t) {
  const bool seen_any = std::ranges::any_of(
      datacenters, [](const datacenter_row& d) { return d.observed_at.has_value(); });
  if (!of.complete && !seen_any)
    return append_sentence(out, "Nothing could be read, so what is due is unknown.", ink::red, t);
  std::string text = of.narrowed ? "Nothing to do for this selection." : "Nothing is due.";
  if (!of.complete) {
    text.pop_back();
    text += " among the VMs that could be read; more may be due.";
  }
  append_sentence(out, text, of.complete ? ink::green : ink::yellow, t);
}

void append_intention(std::string& out, std::span<const apply_row> rows, const terminal& t) {
  if (!out.empty()) out += '\n';
  const std::size_t made = count(rows, to_be_made);
  const std::size_t left = count(rows, left_by_mode);
  const std::size_t others = rows.size() - made - left;
  if (made + others == 0)
    return append_sentence(out,
                           fmt::format("Nothing to do: {} due, {}. {}",
                                       counted(left, "correction") + (left == 1 ? " is" : " are"),
                                       left_text(rows), remedy_text(those(rows, left_by_mode))),
                           ink::yellow, t);
  std::string text = made == 0 ? "Nothing can be corrected now" : kinds_text(rows);
  if (left > 0) text += "; " + left_text(rows);
  if (others > 0) text += fmt::format("; {} not made for another reason", grouped(others));
  const std::size_t beyond =
      count(rows, [](const apply_row& c) { return to_be_made(c) && !c.current.words.empty(); });
  if (beyond > 0) text += fmt::format("; {} beyond the policy's guards", grouped(beyond));
  append_sentence(out, text + ".", beyond > 0 || made == 0 ? ink::yellow : ink::bold, t);
}

void append_exceeded(std::string& out, const rows_of& rows, const terminal& t) {
  rows_of beyond = rows;
  std::erase_if(beyond, [](const apply_row* c) { return c->current.words.empty(); });
  append_groups(
      out, "Beyond the policy's guards: " + counted(beyond.size(), "correction"), beyond,
      [](const apply_row& c) { return c.current.words; }, t);
}

// ---- afterwards ----

std::string outcome_words(const apply_row& c) {
  if (c.end) return ending_text(c.end->message, c.end->query_id);
  if (to_be_made(c)) return "the next run follows up what may have been sent";
  return state_text(c.current);
}

cell outcome_cell(const apply_row& c) {
  if (c.end) return {licensing::name(c.end->how), ink_of(c.end->how)};
  if (under_way(c)) return {"under way", ink::yellow};
  if (to_be_made(c)) return {"stopped", ink::yellow};
  return {left_by_mode(c) ? "left" : "not started", ink::dim};
}

std::optional<std::int64_t> task_of(const apply_row& c) {
  return c.end ? c.end->trace : c.current.task_id;
}

void append_results(std::string& out, const rows_of& rows, const place_names& places,
                    const terminal& t) {
  if (rows.empty()) return;
  vm_table list(fit::wrap, {{"ACTION"}, {"OUTCOME"}, {"TASK", fit::whole, true}}, "WHY", places, t);
  for (const apply_row* const c : rows) {
    const auto task = task_of(*c);
    list.add(*c,
             {action_text(c->action, c->before), outcome_cell(*c),
              task ? cell(std::to_string(*task)) : cell("-", ink::dim)},
             outcome_words(*c));
  }
  append_heading(out, "Not done: " + counted(rows.size(), "correction"), t);
  out += list.text();
}

std::string_view done_word(correction_kind k) noexcept {
  switch (k) {
  case correction_kind::declare: return "declared";
  case correction_kind::replace: return "replaced";
  case correction_kind::remove: return "removed";
  }
  return {};
}

ink ink_of_sums(std::span<const apply_row> rows) {
  const auto ended = [&](outcome how) {
    return count(rows, [&](const apply_row& c) { return c.end && c.end->how == how; });
  };
  if (ended(outcome::failed) > 0) return ink::red;
  return ended(outcome::done) == rows.size() ? ink::green : ink::yellow;
}

// "2 declared, 1 removed, 1 failed".
void append_sums(std::string& out, std::span<const apply_row> rows, const terminal& t) {
  std::vector<std::string> sums;
  const auto add = [&](std::size_t number, std::string_view what) {
    if (number > 0) sums.push_back(fmt::format("{} {}", grouped(number), what));
  };
  for (const correction_kind what : all_correction_kinds)
    add(count(rows, [&](const apply_row& c) { return done(c) && kind_in(c) == what; }),
        done_word(what));
  for (const outcome how : {outcome::failed, outcome::inconclusive, outcome::dropped})
    add(count(rows, [&](const apply_row& c) { return c.end && c.end->how == how; }),
        licensing::name(how));
  add(count(rows, under_way), "under way");
  add(count(rows, to_be_made), "stopped");
  add(count(rows, [](const apply_row& c) { return !c.end && !running(c) && !left_by_mode(c); }),
      "not started");
  if (count(rows, left_by_mode) > 0) sums.push_back(left_text(rows));
  append_sentence(out, fmt::format("{}.", fmt::join(sums, ", ")), ink_of_sums(rows), t);
}

} // namespace

std::string apply_table(std::span<const apply_row> rows,
                        std::span<const datacenter_row> datacenters, const terminal& t,
                        const apply_view& of) {
  const place_names places(datacenters);
  const rows_of made = those(rows, to_be_made);
  const rows_of others = those(rows, [](const apply_row& c) { return !to_be_made(c); });
  std::string out;
  if (rows.size() <= few_rows) {
    append_made(out, made, places, t);
    append_not_made(out, others, places, t);
  } else {
    append_plan_causes(out, "To be made: " + counted(made.size(), "correction"),
                       {made.begin(), made.end()}, false, t);
    append_exceeded(out, made, t);
    append_groups(
        out, "Not made: " + counted(others.size(), "correction"), others,
        [](const apply_row& c) { return state_text(c.current); }, t);
  }
  if (rows.empty())
    append_nothing(out, datacenters, of, t);
  else
    append_intention(out, rows, t);
  return out;
}

std::string result_line(const apply_row& c, std::span<const datacenter_row> datacenters) {
  const place_names places(datacenters);
  std::string text = printable(
      fmt::format("{} ({}{})", c.name, c.vm_id, places.needed() ? ", " + places.of(c.where) : ""));
  const correction_kind what = kind_in(c);
  std::string license = c.after.value_or(c.before.value_or(""));
  if (what == correction_kind::replace)
    license = fmt::format("{} by {}", c.before.value_or(""), license);
  if (done(c)) return text + fmt::format(": {} {}\n", done_word(what), printable(license));
  const std::string why = printable(outcome_words(c));
  return text + fmt::format(": {}, to {} {}{}{}\n",
                            c.end ? licensing::name(c.end->how) : std::string_view("not started"),
                            name(what), printable(license), why.empty() ? "" : ": ", why);
}

std::string results_table(std::span<const apply_row> rows,
                          std::span<const datacenter_row> datacenters, const terminal& t) {
  std::string out;
  if (rows.empty()) {
    append_sentence(out, "Nothing was due, and nothing was changed.", ink::green, t);
    return out;
  }
  const rows_of others =
      those(rows, [](const apply_row& c) { return !done(c) && !left_by_mode(c); });
  if (others.size() <= few_rows)
    append_results(out, others, place_names(datacenters), t);
  else
    append_groups(out, "Not done: " + counted(others.size(), "correction"), others, outcome_words,
                  t);
  if (!out.empty()) out += '\n';
  append_sums(out, rows, t);
  return out;
}

} // namespace ovhl::publish
