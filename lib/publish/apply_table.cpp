#include "base/text.hpp"
#include "publish/plan.hpp"
#include "publish/render.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace ovhl::publish {

namespace {

using licensing::action;

bool running(const apply_line& line) noexcept {
  return !line.end && line.standing.state == due_state::running;
}
// Before: already, by somebody else's doing. Afterwards: still.
bool under_way(const apply_line& line) noexcept { return running(line) && line.standing.task_id; }
// Before. Afterwards, there was no time for it; something may have been sent all the same.
bool to_be_made(const apply_line& line) noexcept { return running(line) && !line.standing.task_id; }
bool not_begun(const apply_line& line) noexcept { return !line.end && !running(line); }

template <class Which>
std::size_t count(std::span<const apply_line> lines, Which which) {
  return static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), which));
}

void append_made(std::string& out, std::span<const apply_line> lines, const place_names& places,
                 const terminal& t) {
  table list(with_place({{"VM", fit::wrap},
                         {"ID", fit::whole, true},
                         {"ACTION", fit::wrap},
                         {"BEFORE", fit::wrap},
                         {"AFTER", fit::wrap},
                         {"WHY", fit::note}},
                        places));
  for (const apply_line& c : lines) {
    if (!to_be_made(c)) continue;
    std::string why = with_rule(c.reason, c.rule);
    if (!c.standing.words.empty()) why = c.standing.words + ". " + why;
    list.add(with_place({c.name,
                         std::to_string(c.vm_id),
                         {action_text(c.action, c.before, c.bypass), ink_of(c.verdict)},
                         license_cell(c.before),
                         license_cell(c.after, ink::green),
                         {why, c.standing.words.empty() ? ink::plain : ink::yellow}},
                        places, c.where));
  }
  if (list.empty()) return;
  append_heading(out, "Corrections to make", t);
  out += list.text(t);
}

void append_not_made(std::string& out, std::span<const apply_line> lines, const place_names& places,
                     const terminal& t) {
  table list(with_place(
      {{"VM", fit::wrap}, {"ID", fit::whole, true}, {"ACTION", fit::wrap}, {"WHY NOT", fit::note}},
      places));
  for (const apply_line& c : lines)
    if (!to_be_made(c))
      list.add(with_place({c.name,
                           std::to_string(c.vm_id),
                           action_text(c.action, c.before, c.bypass),
                           {standing_text(c.standing), ink_of(c.standing.state)}},
                          places, c.where));
  if (list.empty()) return;
  append_heading(out, "Not made", t);
  out += list.text(t);
}

std::string licenses(std::size_t number, std::string_view what_happens) {
  return number == 0 ? std::string() : counted(number, "license") + " " + std::string(what_happens);
}

void append_intention(std::string& out, std::span<const apply_line> lines, const terminal& t) {
  if (!out.empty()) out += '\n';
  if (lines.empty()) return append_sentence(out, "Nothing is due.", ink::green, t);
  const auto of = [&](action what) {
    return count(lines, [&](const apply_line& c) { return to_be_made(c) && c.action == what; });
  };
  const std::size_t sets = of(action::set_license);
  const std::size_t removals = of(action::remove_license);
  std::string text = fmt::format("{} of {} will be made", grouped(sets + removals),
                                 counted(lines.size(), "correction"));
  if (sets + removals > 0)
    text += fmt::format(": {}{}{}", licenses(sets, "set"), sets > 0 && removals > 0 ? ", " : "",
                        licenses(removals, "removed"));
  const std::size_t beyond =
      count(lines, [](const apply_line& c) { return to_be_made(c) && !c.standing.words.empty(); });
  if (beyond > 0) text += fmt::format("; {} beyond the policy's guards", grouped(beyond));
  append_sentence(out, text + ".", beyond > 0 || sets + removals == 0 ? ink::yellow : ink::bold, t);
}

cell task_cell(const std::optional<std::int64_t>& task) {
  if (!task) return {"-", ink::dim};
  return std::to_string(*task);
}

cell state_without_end(const apply_line& c) {
  if (under_way(c)) return {"under way", ink::yellow};
  if (to_be_made(c)) return {"stopped", ink::yellow};
  return {"not begun", ink::dim};
}

std::vector<cell> result_of(const apply_line& c) {
  std::vector<cell> row{c.name, std::to_string(c.vm_id), action_text(c.action, c.before, c.bypass)};
  if (!c.end) {
    row.push_back(state_without_end(c));
    row.push_back(task_cell(c.standing.task_id));
    row.emplace_back(to_be_made(c)
                         ? "what may have been sent for it is looked after at the next run"
                         : standing_text(c.standing));
    return row;
  }
  const auto outcome = licensing::name(c.end->how);
  row.emplace_back(outcome, ink_of_outcome(outcome));
  row.push_back(task_cell(c.end->task));
  row.emplace_back(c.end->how == licensing::outcome::done
                       ? c.end->message
                       : ending_text(c.end->message, c.end->query_id));
  return row;
}

ink ink_of_sums(std::span<const apply_line> lines) {
  const auto ended = [&](licensing::outcome how) {
    return count(lines, [&](const apply_line& c) { return c.end && c.end->how == how; });
  };
  if (ended(licensing::outcome::failed) > 0) return ink::red;
  return ended(licensing::outcome::done) == lines.size() ? ink::green : ink::yellow;
}

void append_sums(std::string& out, std::span<const apply_line> lines, const terminal& t) {
  std::vector<std::string> sums;
  const auto add = [&](std::size_t number, std::string_view what) {
    if (number > 0) sums.push_back(fmt::format("{} {}", grouped(number), what));
  };
  for (const licensing::outcome how : licensing::all_outcomes)
    add(count(lines, [&](const apply_line& c) { return c.end && c.end->how == how; }),
        licensing::name(how));
  add(count(lines, under_way), "under way");
  add(count(lines, to_be_made), "stopped");
  add(count(lines, not_begun), "not begun");
  append_sentence(out, fmt::format("{}.", fmt::join(sums, ", ")), ink_of_sums(lines), t);
}

} // namespace

std::string apply_table(std::span<const apply_line> lines,
                        std::span<const datacenter_line> datacenters, const terminal& t) {
  const place_names places(datacenters);
  std::string out;
  append_made(out, lines, places, t);
  append_not_made(out, lines, places, t);
  append_intention(out, lines, t);
  return out;
}

std::string results_table(std::span<const apply_line> lines,
                          std::span<const datacenter_line> datacenters, const terminal& t) {
  std::string out;
  if (lines.empty()) {
    append_sentence(out, "Nothing was due, and nothing was changed.", ink::green, t);
    return out;
  }
  const place_names places(datacenters);
  table list(with_place({{"VM", fit::wrap},
                         {"ID", fit::whole, true},
                         {"ACTION", fit::wrap},
                         {"OUTCOME"},
                         {"TASK", fit::whole, true},
                         {"WHY", fit::note}},
                        places));
  for (const apply_line& c : lines)
    list.add(with_place(result_of(c), places, c.where));
  append_heading(out, "Results", t);
  out += list.text(t) + '\n';
  append_sums(out, lines, t);
  return out;
}

} // namespace ovhl::publish
