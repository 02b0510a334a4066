#include "publish/render.hpp"

#include "base/duration.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

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

std::string counted(std::size_t number, std::string_view word) {
  return fmt::format("{} {}{}", grouped(number), word, number == 1 ? "" : "s");
}

std::string span_text(std::chrono::seconds span) {
  span = std::max(span, std::chrono::seconds(0));
  return span.count() < 60 ? fmt::format("{} s", span.count()) : rough_duration(span);
}

cell license_cell(const std::optional<std::string>& license, ink colour) {
  if (!license) return {"-", ink::dim};
  return {*license, colour};
}

std::string with_rule(const std::string& reason, const std::string& rule) {
  return rule.empty() ? reason : fmt::format("{} [{}]", reason, rule);
}

void append_sentence(std::string& out, std::string_view text, ink colour, const terminal& t) {
  if (!t.tty) {
    out.append(text) += '\n';
    return;
  }
  for (const std::string& line : wrapped(text, t.width))
    out += painted(line, colour, t) + '\n';
}

void append_heading(std::string& out, std::string_view title, const terminal& t) {
  if (!out.empty()) out += '\n';
  out += painted(title, ink::bold, t) + '\n';
}

place_names::place_names(std::span<const datacenter_line> all) : several_(all.size() > 1) {
  for (const datacenter_line& d : all)
    several_accounts_ = several_accounts_ || d.where.account != all.front().where.account;
}

std::string place_names::of(const licensing::place& where) const {
  const std::string name = fmt::format("{}/{}", where.service, where.datacenter);
  return several_accounts_ ? where.account + ": " + name : name;
}

void append_errors(std::string& out, std::span<const error_line> errors, instant now,
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
  for (const error_line& e : newest)
    list.add({span_text(now - e.at), words(e.what)});
  out += list.text(t);
}

} // namespace ovhl::publish
