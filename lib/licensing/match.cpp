#include "licensing/match.hpp"

#include <algorithm>

namespace ovhl::licensing {

std::string_view name(criterion c) noexcept {
  switch (c) {
  case criterion::name: return "name";
  case criterion::guest_os_family: return "guest_os_family";
  case criterion::service: return "service";
  case criterion::datacenter: return "datacenter";
  case criterion::cluster: return "cluster";
  case criterion::folder: return "folder";
  case criterion::power_state: return "power_state";
  case criterion::vm_id: return "vm_id";
  }
  return {};
}

bool condition::stated() const noexcept {
  return (texts != nullptr && !texts->empty()) || (numbers != nullptr && !numbers->empty()) ||
         (states != nullptr && !states->empty());
}

condition condition_of(const matcher& m, criterion c) noexcept {
  switch (c) {
  case criterion::name: return {.texts = &m.name};
  case criterion::guest_os_family: return {.texts = &m.guest_os_family};
  case criterion::service: return {.texts = &m.service};
  case criterion::datacenter: return {.numbers = &m.datacenter};
  case criterion::cluster: return {.texts = &m.cluster};
  case criterion::folder: return {.texts = &m.folder};
  case criterion::power_state: return {.states = &m.power_state};
  case criterion::vm_id: return {.numbers = &m.vm_id};
  }
  return {};
}

std::string_view text_of(const candidate& s, criterion c) noexcept {
  switch (c) {
  case criterion::name: return s.seen.name;
  case criterion::guest_os_family: return s.guest;
  case criterion::service: return s.where.service;
  case criterion::cluster: return s.seen.cluster;
  case criterion::folder: return s.seen.folder;
  case criterion::datacenter:
  case criterion::power_state:
  case criterion::vm_id: break;
  }
  return {};
}

std::int64_t number_of(const candidate& s, criterion c) noexcept {
  return c == criterion::datacenter ? s.where.datacenter : s.seen.id;
}

bool met(const matcher& m, criterion c, const candidate& s) noexcept {
  const condition wanted = condition_of(m, c);
  if (!wanted.stated()) return true;
  if (wanted.texts != nullptr) {
    const std::string_view text = text_of(s, c);
    return std::ranges::any_of(*wanted.texts, [&](const glob& g) { return g.matches(text); });
  }
  if (wanted.numbers != nullptr)
    return std::ranges::find(*wanted.numbers, number_of(s, c)) != wanted.numbers->end();
  return std::ranges::find(*wanted.states, s.seen.power) != wanted.states->end();
}

std::optional<criterion> first_unmet(const matcher& m, const candidate& s) noexcept {
  for (const criterion c : all_criteria)
    if (!met(m, c, s)) return c;
  return std::nullopt;
}

const expectation* expectation_of(const source& from, const policy& p) noexcept {
  switch (from.what) {
  case source::kind::nothing: return nullptr;
  case source::kind::rule: return &p.rules[from.index].expect;
  case source::kind::entry: return &p.guest_os_families[from.index].expect;
  }
  return nullptr;
}

bool over(const expectation& e, day today) noexcept { return e.until && *e.until < today; }

bool has_ended(const expectation& e, day today) noexcept {
  return e.what == wanted::keep && over(e, today);
}

bool acknowledges(const expectation& e) noexcept {
  return e.what == wanted::review && !e.reason.empty();
}

fit fit_of(const source& what, const candidate& s, const policy& p, day today) noexcept {
  const bool fits = what.what == source::kind::rule
                        ? !first_unmet(p.rules[what.index].match, s)
                        : p.guest_os_families[what.index].guest_os_family.matches(s.guest);
  if (!fits) return fit::misses;
  return has_ended(*expectation_of(what, p), today) ? fit::ended : fit::decides;
}

choice chooser::choose(const candidate& s) {
  constexpr auto unheard = [](const source&, fit) {};
  choice chosen = search(source::kind::rule, s, policy_, today_, unheard);
  if (!map_is_asked(chosen, s)) return chosen;
  const auto [known_guest, is_new] = mapped_.try_emplace(s.guest);
  if (is_new) known_guest->second = search(source::kind::entry, s, policy_, today_, unheard);
  chosen.from = known_guest->second.from;
  if (chosen.expired == source{}) chosen.expired = known_guest->second.expired;
  return chosen;
}

} // namespace ovhl::licensing
