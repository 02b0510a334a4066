#include "licensing/judge.hpp"

#include "licensing/assess.hpp"
#include "licensing/doubts.hpp"

namespace ovhl::licensing {

namespace {

// What one guest id leads to.
struct side {
  choice chosen;
  assessment came;
};

bool expects_license(const expectation* e) noexcept {
  return e != nullptr && e->what == wanted::license;
}

std::string_view license_to_set(const side& s, const policy& p) noexcept {
  if (s.came.action != action::set_license) return {};
  return expectation_of(s.chosen.from, p)->license;
}

// Equal verdicts also mean the same kind of correction.
bool same_end(const side& a, const side& b, const policy& p) noexcept {
  return a.came.verdict == b.came.verdict && license_to_set(a, p) == license_to_set(b, p);
}

// The guest ids lead to different verdicts. Then a license is never removed, and one is set only if
// the bypass says that the guest id that counts is right whatever the other says.
assessment mismatched(const side& basis, bool bypass, const policy& p) noexcept {
  if (bypass && basis.came.action == action::set_license)
    return {verdict::mismatch, action::set_license, cause::guests_differ_bypassed};
  if (bypass && basis.came.verdict == verdict::compliant &&
      expects_license(expectation_of(basis.chosen.from, p)))
    return {verdict::compliant, action::none, cause::guests_differ_accepted};
  return {verdict::mismatch, action::none, cause::guests_differ};
}

void conclude(decision& d, const assessment& o) noexcept {
  d.verdict = o.verdict;
  d.action = o.action;
  d.why = o.why;
}

} // namespace

decision judge(const vm& seen, const place& where, const policy& p, chooser& chooser) {
  decision d;
  d.mode = p.mode;
  const declaration now = declaration_of(seen);
  if (now.managed) {
    conclude(d, {verdict::managed, action::none, cause::ovhcloud_managed});
    return d;
  }
  if (seen.listed_differently || seen.seen_differently || unreadable(seen, p)) {
    const bool twice = seen.listed_differently || seen.seen_differently;
    conclude(d,
             {verdict::review, action::none, twice ? cause::seen_differently : cause::unreadable});
    return d;
  }
  if (now.contradictory) {
    conclude(d, {verdict::review, action::none, cause::sources_disagree});
    return d;
  }

  const auto follow = [&](std::string_view guest) {
    const choice chosen = chooser.choose({seen, where, guest});
    return side{chosen, assess(chosen.from, guest, seen, p)};
  };
  const guest_ids guests = guest_ids_of(seen, p.guest_os_family_from);
  const side basis = follow(guests.basis);
  d.from = basis.chosen.from;
  d.expired = basis.chosen.expired;
  bool bypass = p.bypass_guest_os_family_check;
  if (const expectation* const e = expectation_of(d.from, p)) {
    d.mode = e->mode.value_or(d.mode);
    bypass = e->bypass_guest_os_family_check.value_or(bypass);
  }

  conclude(d, basis.came);
  if (known(guests.other)) {
    const side other = follow(guests.other);
    if (!same_end(basis, other, p)) {
      d.other = other.chosen.from;
      conclude(d, mismatched(basis, bypass, p));
    }
  }
  // The VM has a license but the list of licensed VMs lacks it, so it is not known what VMware
  // Tools report. That is enough to confirm the license, not to change it.
  if (now.unconfirmed && d.action != action::none)
    conclude(d, {verdict::review, action::none, cause::sources_disagree});
  d.bypass = bypass && d.action == action::set_license;
  const expectation* const by = expectation_of(d.from, p);
  if (d.verdict == verdict::review && by != nullptr && acknowledges(*by) &&
      over(*by, chooser.today()))
    d.expired = d.from;
  return d;
}

decision judge(const vm& seen, const place& where, const policy& p, day today) {
  chooser alone(p, today);
  return judge(seen, where, p, alone);
}

bool acknowledged(const decision& d, const policy& p) noexcept {
  const expectation* const by = expectation_of(d.from, p);
  return d.verdict == verdict::review && by != nullptr && acknowledges(*by) && d.expired != d.from;
}

std::string_view expected(const decision& d, const policy& p) noexcept {
  switch (d.why) {
  case cause::as_expected:
  case cause::accepted:
  case cause::none_declared:
  case cause::other_declared:
  case cause::guests_differ_bypassed:
  case cause::guests_differ_accepted: break;
  default: return {};
  }
  const expectation* const e = expectation_of(d.from, p);
  return expects_license(e) ? std::string_view(e->license) : std::string_view();
}

} // namespace ovhl::licensing
