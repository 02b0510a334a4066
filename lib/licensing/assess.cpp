#include "licensing/assess.hpp"

#include "licensing/guest_os.hpp"
#include "licensing/license.hpp"

#include <algorithm>

namespace ovhl::licensing {

namespace {

std::string_view without_null_license(std::string_view raw) noexcept {
  return raw.empty() || raw == unlicensed ? std::string_view() : raw;
}

assessment compliant(cause why) noexcept { return {verdict::compliant, action::none, why}; }
assessment review(cause why) noexcept { return {verdict::review, action::none, why}; }

// Nothing in the policy fits: compliant unless there are signs of Windows or of a license.
assessment assess_unmatched(std::string_view guest, const vm& seen,
                            const declaration& now) noexcept {
  if (guest.empty()) return review(cause::guest_unknown);
  if (is_windows(seen.guest_os_family) || is_windows(seen.reported_guest_os_family) ||
      now.counted_as_windows)
    return review(cause::windows_without_rule);
  if (known(now.license)) return review(cause::license_without_rule);
  return compliant(cause::nothing_to_license);
}

// A license that OVHcloud added later: this version does not know what it covers.
bool is_unheard_of(std::string_view license, const policy& p) noexcept {
  return !is_settable(license) && !is_legacy(license) &&
         std::ranges::find(p.licenses, license) == p.licenses.end();
}

// A legacy license on a legacy system: it could not be declared again.
bool is_irreplaceable(std::string_view license, std::string_view guest) noexcept {
  return is_legacy(license) && is_legacy_windows(guest);
}

assessment assess_license(const expectation& e, std::string_view guest, const declaration& now,
                          const policy& p) noexcept {
  if (!known(now.license)) return {verdict::missing, action::set_license, cause::none_declared};
  if (now.license == e.license) return compliant(cause::as_expected);
  if (std::ranges::any_of(e.accept, [&](const glob& g) { return g.matches(now.license); }))
    return compliant(cause::accepted);
  if (is_irreplaceable(now.license, guest)) return review(cause::legacy);
  if (is_unheard_of(now.license, p)) return review(cause::license_unheard_of);
  return {verdict::wrong, action::set_license, cause::other_declared};
}

assessment assess_none(const source& from, std::string_view guest, const declaration& now,
                       const policy& p) noexcept {
  if (known(now.license)) {
    if (is_irreplaceable(now.license, guest)) return review(cause::legacy);
    if (is_unheard_of(now.license, p)) return review(cause::license_unheard_of);
    return {verdict::superfluous, action::remove_license, cause::not_expected};
  }
  // With a rule, or a map entry for this Windows, a person has stated that no license is needed.
  // "*: none", which matches a guest OS other than Windows, states nothing of the kind.
  const bool persons_word = from.what == source::kind::rule || is_windows(guest);
  if (now.counted_as_windows && !persons_word) return review(cause::counted_as_windows);
  return compliant(cause::as_expected);
}

} // namespace

declaration declaration_of(const vm& seen) noexcept {
  const std::string_view listed = seen.listed ? seen.listed_license : std::string_view();
  declaration now;
  now.managed = seen.license == managed_license || listed == managed_license;
  now.counted_as_windows = seen.license == unlicensed || listed == unlicensed;
  const std::string_view own = without_null_license(seen.license);
  const std::string_view other = without_null_license(listed);
  now.contradictory = seen.listed && own != other;
  now.unconfirmed = !seen.listed && known(own);
  now.license = known(own) ? own : other;
  if (now.managed) now.license = managed_license;
  return now;
}

std::string_view declared(const vm& seen) noexcept { return declaration_of(seen).license; }

assessment assess(const source& from, std::string_view guest, const vm& seen,
                  const policy& p) noexcept {
  const expectation* const e = expectation_of(from, p);
  if (e != nullptr && e->what == wanted::keep) return {verdict::exempt, action::none, cause::kept};
  const declaration now = declaration_of(seen);
  if (now.license == unknown_license) return review(cause::license_unreadable);
  if (e == nullptr) return assess_unmatched(guest, seen, now);
  switch (e->what) {
  case wanted::license: return assess_license(*e, guest, now, p);
  case wanted::none: return assess_none(from, guest, now, p);
  case wanted::keep:
  case wanted::review: break;
  }
  return review(cause::left_to_a_person);
}

guest_ids guest_ids_of(const vm& seen, guest_source from) noexcept {
  const std::string_view configured = seen.guest_os_family;
  const std::string_view reported = seen.reported_guest_os_family;
  const bool says_nothing = is_unspecific_windows(reported) && is_windows(configured);
  const bool by_report = from == guest_source::reported && !reported.empty() && !says_nothing;
  guest_ids ids{by_report ? reported : configured, {}};
  const bool differ = !configured.empty() && !reported.empty() && configured != reported;
  if (differ && !says_nothing) ids.other = by_report ? configured : reported;
  return ids;
}

} // namespace ovhl::licensing
