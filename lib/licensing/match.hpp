// How the policy's rules and map entries match a VM. Decision and explanation share this code.
#pragma once

#include "licensing/decide.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace ovhl::licensing {

// A VM with one of its guest ids, the configured or the reported. Null or empty: not known.
struct candidate {
  const vm& seen;
  const place& where;
  std::string_view guest;
};

// In the order in which they are tried.
enum class criterion : std::uint8_t {
  name,
  guest_os_family,
  service,
  datacenter,
  cluster,
  folder,
  power_state,
  vm_id
};
inline constexpr std::array all_criteria{
    criterion::name,    criterion::guest_os_family, criterion::service,     criterion::datacenter,
    criterion::cluster, criterion::folder,          criterion::power_state, criterion::vm_id};

std::string_view name(criterion) noexcept; // as the policy writes it

// What a rule requires for one criterion, as the policy lists it. Exactly one of the three is not
// null.
struct condition {
  const std::vector<glob>* texts = nullptr;
  const std::vector<std::int64_t>* numbers = nullptr;
  const std::vector<power_state>* states = nullptr;

  bool stated() const noexcept;
};
condition condition_of(const matcher&, criterion) noexcept;

// The VM's value for a criterion that lists texts or numbers.
std::string_view text_of(const candidate&, criterion) noexcept;
std::int64_t number_of(const candidate&, criterion) noexcept;

bool met(const matcher&, criterion, const candidate&) noexcept; // true if nothing is required
std::optional<criterion> first_unmet(const matcher&, const candidate&) noexcept;

// Null if nothing decided.
const expectation* expectation_of(const source&, const policy&) noexcept;

// A keep applies up to and including its last day.
bool has_ended(const expectation&, day today) noexcept;

// A review with a reason and an end date: a person knows of it and wants no alert before then.
bool acknowledges(const expectation&) noexcept;
bool over(const expectation&, day today) noexcept; // its last day is past

enum class fit : std::uint8_t { misses, ended, decides };
fit fit_of(const source&, const candidate&, const policy&, day today) noexcept;

// What decides, and the first keep tried before it that would have decided if it had not ended.
struct choice {
  source from;
  source expired;
};

// Goes through the rules, or through the entries of the map, until one decides; `tried(source,
// fit)` hears of each.
template <class Tried>
choice search(source::kind kind, const candidate& s, const policy& p, day today, Tried&& tried) {
  const std::size_t count =
      kind == source::kind::rule ? p.rules.size() : p.guest_os_families.size();
  choice found;
  for (std::uint32_t i = 0; i < count; ++i) {
    const source what{kind, i};
    const fit came = fit_of(what, s, p, today);
    tried(what, came);
    if (came == fit::decides) {
      found.from = what;
      break;
    }
    if (came == fit::ended && found.expired == source{}) found.expired = what;
  }
  return found;
}

// The map is consulted if no rule decides and the guest OS is known.
inline bool map_is_asked(const choice& rules_say, const candidate& s) noexcept {
  return rules_say.from == source{} && !s.guest.empty();
}

// Finds the deciding source of one VM after another. Looks up each guest id in the map only once.
// The texts of the candidates must outlive it.
class chooser {
 public:
  chooser(const policy& p, day today) : policy_(p), today_(today) {}

  choice choose(const candidate&);
  day today() const noexcept { return today_; }

 private:
  const policy& policy_;
  day today_;
  std::unordered_map<std::string_view, choice> mapped_;
};

} // namespace ovhl::licensing
