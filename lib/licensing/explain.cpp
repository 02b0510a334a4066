#include "licensing/explain.hpp"

#include "base/text.hpp"
#include "licensing/assess.hpp"
#include "licensing/reason.hpp"

#include <fmt/format.h>

namespace ovhl::licensing {

namespace {

std::string value_in_words(criterion c, const condition& wanted, const candidate& s) {
  if (wanted.numbers != nullptr) return fmt::format("{}", number_of(s, c));
  if (wanted.states != nullptr) return std::string(name(s.seen.power));
  const std::string_view text = text_of(s, c);
  return known(text) ? fmt::format("'{}'", printable(text)) : std::string("null");
}

std::string condition_in_words(const condition& wanted) {
  if (wanted.texts != nullptr) return joined(*wanted.texts);
  std::string list;
  const auto add = [&](const auto& item) {
    list += (list.empty() ? "" : ", ") + fmt::format("{}", item);
  };
  if (wanted.numbers != nullptr)
    for (const std::int64_t number : *wanted.numbers)
      add(number);
  if (wanted.states != nullptr)
    for (const power_state state : *wanted.states)
      add(name(state));
  return list;
}

// "name 'web-1' is not one of sql-*".
std::string comparison_in_words(const matcher& m, criterion c, const candidate& s) {
  const condition wanted = condition_of(m, c);
  return fmt::format("{} {} {} {}", name(c), value_in_words(c, wanted, s),
                     met(m, c, s) ? "is one of" : "is not one of", condition_in_words(wanted));
}

std::string why_rule(const rule& r, const candidate& s) {
  if (const auto failed = first_unmet(r.match, s)) return comparison_in_words(r.match, *failed, s);
  std::string why;
  for (const criterion c : all_criteria)
    if (condition_of(r.match, c).stated())
      why += (why.empty() ? "" : ", ") + comparison_in_words(r.match, c, s);
  return why.empty() ? "it matches every VM" : why;
}

std::string why_entry(const map_entry& entry, const candidate& s) {
  const bool fits = entry.guest_os_family.matches(s.guest);
  return fmt::format("guest_os_family '{}' {} {}", printable(s.guest), fits ? "is" : "is not",
                     printable(entry.guest_os_family.pattern()));
}

tried_source tried_source_of(const source& what, fit came, const candidate& s, const policy& p) {
  std::string why = what.what == source::kind::rule ? why_rule(p.rules[what.index], s)
                                                    : why_entry(p.guest_os_families[what.index], s);
  if (came == fit::ended)
    why +=
        fmt::format(", but the exemption ended on {}", date_text(*expectation_of(what, p)->until));
  return {what, came == fit::decides, std::move(why)};
}

} // namespace

std::vector<tried_source> explain(const vm& seen, const place& where, const policy& p, day today) {
  std::vector<tried_source> tried_sources;
  const decision d = judge(seen, where, p, today);
  if (const declaration now = declaration_of(seen); now.managed || now.contradictory)
    return tried_sources;
  if (d.why == cause::seen_differently || d.why == cause::unreadable) return tried_sources;

  const guest_ids guests = guest_ids_of(seen, p.guest_os_family_from);
  const candidate s{seen, where, guests.basis};
  const auto note = [&](const source& what, fit came) {
    tried_sources.push_back(tried_source_of(what, came, s, p));
  };
  const choice by_rule = search(source::kind::rule, s, p, today, note);
  if (map_is_asked(by_rule, s))
    search(source::kind::entry, s, p, today, note);
  else if (by_rule.from == source{})
    tried_sources.push_back(
        {{}, false, "guest_os_families is not consulted: the guest OS is unknown"});

  const bool differ = d.why == cause::guests_differ || d.why == cause::guests_differ_bypassed ||
                      d.why == cause::guests_differ_accepted;
  if (differ)
    tried_sources.push_back(
        {d.other, true,
         fmt::format("with the other guest OS, {}: {}", guest_in_words(guests.other),
                     consequence(d.other, guests.other, seen, p))});
  return tried_sources;
}

} // namespace ovhl::licensing
