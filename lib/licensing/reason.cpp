#include "licensing/reason.hpp"

#include "base/text.hpp"
#include "licensing/doubts.hpp"
#include "licensing/guest_os.hpp"

#include <fmt/format.h>

namespace ovhl::licensing {

namespace {

// Texts from the API may contain anything, including control characters.
std::string in_quotes(std::string_view text) { return fmt::format("'{}'", printable(text)); }

std::string license_or(std::string_view none, std::string_view license) {
  return known(license) ? in_quotes(license) : std::string(none);
}

// "'windows 2019 Standard' is declared", "none is declared".
std::string declared_in_words(const vm& seen) {
  return license_or("none", declared(seen)) + " is declared";
}

std::string disagreement(const vm& seen) {
  if (!seen.listed)
    return fmt::format("the VM's details show {}, but the list of licensed VMs does not contain it",
                       license_or("no license", seen.license));
  return fmt::format("the VM's details show {}, the list of licensed VMs shows {}",
                     license_or("no license", seen.license),
                     license_or("no license", seen.listed_license));
}

std::string unknown_guest(const vm& seen) {
  const std::string_view reported = seen.reported_guest_os_family;
  if (reported.empty()) return "guest OS unknown: none is configured, and VMware Tools report none";
  return fmt::format("guest OS unknown: none is configured, but VMware Tools report {}",
                     guest_in_words(reported));
}

std::string windows_without_rule(const vm& seen) {
  for (const std::string_view guest : {seen.guest_os_family, seen.reported_guest_os_family})
    if (is_windows(guest))
      return fmt::format("nothing in the policy matches, but {} is Windows; {}",
                         guest_in_words(guest), declared_in_words(seen));
  return "nothing in the policy matches, but OVHcloud counts it as Windows ('unlicensed windows "
         "guestos')";
}

std::string kept(const expectation& e) {
  return fmt::format("kept {}: {}", e.until ? "until " + date_text(*e.until) : "indefinitely",
                     printable(e.reason));
}

// A rule is about the VM, a map entry about its guest OS.
bool speaks_of_guest(const source& from) { return from.what == source::kind::entry; }

std::string expects(const expectation& e, std::string_view guest, bool name_guest) {
  const std::string what = e.what == wanted::license ? in_quotes(e.license) : "no license";
  return name_guest ? fmt::format("{} expects {}", guest_in_words(guest), what)
                    : fmt::format("{} is expected", what);
}

std::string other_declared(const expectation& e, const vm& seen) {
  const std::string others =
      e.accept.empty() ? "" : fmt::format(" (also accepted: {})", joined(e.accept));
  return fmt::format("declared {}, expected {}{}", license_or("none", declared(seen)),
                     in_quotes(e.license), others);
}

std::string two_guests(const decision& d, const vm& seen, const policy& p) {
  const guest_ids guests = guest_ids_of(seen, p.guest_os_family_from);
  const auto said_by = [&](std::string_view guest) {
    const bool configured = guest == seen.guest_os_family;
    return fmt::format("{} {}", configured ? "configured as" : "reported by VMware Tools as",
                       guest_in_words(guest));
  };
  return fmt::format("{}: {}; {}: {}", said_by(guests.basis),
                     consequence(d.from, guests.basis, seen, p), said_by(guests.other),
                     consequence(d.other, guests.other, seen, p));
}

std::string main_clause(const decision& d, const vm& seen, const policy& p) {
  switch (d.why) {
  case cause::guests_differ: return two_guests(d, seen, p);
  case cause::guests_differ_bypassed:
    return two_guests(d, seen, p) + "; the guest OS check will be bypassed";
  case cause::guests_differ_accepted:
    return two_guests(d, seen, p) + "; the guest OS check is bypassed, so the first counts";
  default:
    return sentence(d.why, d.from, guest_ids_of(seen, p.guest_os_family_from).basis, false, seen,
                    p);
  }
}

} // namespace

std::string guest_in_words(std::string_view guest) {
  if (guest.empty()) return "an unknown guest OS";
  const std::string_view product = product_name(guest);
  return product.empty() ? printable(guest) : fmt::format("{} ({})", printable(guest), product);
}

std::string joined(const std::vector<glob>& globs) {
  std::string list;
  for (const glob& g : globs)
    list += (list.empty() ? "" : ", ") + printable(g.pattern());
  return list;
}

std::string sentence(cause why, const source& from, std::string_view guest, bool guest_is_said,
                     const vm& seen, const policy& p) {
  const bool name_guest = speaks_of_guest(from) && !guest_is_said;
  static const expectation nothing;
  const expectation* const found = expectation_of(from, p);
  const expectation& e = found != nullptr ? *found : nothing;
  switch (why) {
  case cause::ovhcloud_managed: return "OVHcloud manages this VM; its license is never changed";
  case cause::sources_disagree: return disagreement(seen);
  case cause::seen_differently:
    return fmt::format("OVHcloud lists this VM twice with different data, in {}",
                       !seen.seen_differently    ? "the list of licensed VMs"
                       : seen.listed_differently ? "both of its lists"
                                                 : "the list of VMs");
  case cause::unreadable:
    return fmt::format("OVHcloud's answer is damaged or too long in {}",
                       unreadable_in_words(seen, p));
  case cause::license_unreadable:
    return declared_in_words(seen) + ": someone must find out which license it is";
  case cause::license_unheard_of:
    return declared_in_words(seen) + ", a license that this version does not know";
  case cause::guest_unknown: return unknown_guest(seen);
  case cause::nothing_to_license:
    return fmt::format("nothing in the policy matches; {} is not Windows and none is declared",
                       guest_in_words(guest));
  case cause::windows_without_rule: return windows_without_rule(seen);
  case cause::license_without_rule:
    return "nothing in the policy matches, but " + declared_in_words(seen);
  case cause::kept: return kept(e);
  case cause::left_to_a_person:
    return fmt::format("the policy leaves {} to a person; {}",
                       name_guest ? guest_in_words(guest) : "this VM", declared_in_words(seen));
  case cause::as_expected:
  case cause::none_declared:
  case cause::not_expected:
    return fmt::format("{}, {}", expects(e, guest, name_guest), declared_in_words(seen));
  case cause::accepted:
    return fmt::format("{}, which is accepted in place of {}", declared_in_words(seen),
                       in_quotes(e.license));
  case cause::other_declared: return other_declared(e, seen);
  case cause::legacy:
    return fmt::format("{} on {} and could not be declared again", declared_in_words(seen),
                       guest_is_said ? "it" : guest_in_words(guest));
  case cause::counted_as_windows:
    return expects(e, guest, name_guest) +
           ", but OVHcloud counts it as Windows ('unlicensed windows guestos')";
  case cause::guests_differ:
  case cause::guests_differ_bypassed:
  case cause::guests_differ_accepted: break; // two sentences: see two_guests()
  }
  return {};
}

std::string consequence(const source& from, std::string_view guest, const vm& seen,
                        const policy& p) {
  return sentence(assess(from, guest, seen, p).why, from, guest, true, seen, p);
}

std::string source_name(const source& from, const policy& p) {
  switch (from.what) {
  case source::kind::nothing: return {};
  case source::kind::rule: return "rule " + in_quotes(p.rules[from.index].name);
  case source::kind::entry:
    return "guest_os_families " +
           in_quotes(p.guest_os_families[from.index].guest_os_family.pattern());
  }
  return {};
}

namespace {

std::string acknowledgement(const expectation& e) {
  return fmt::format("; acknowledged {}: {}",
                     e.until ? "until " + date_text(*e.until) : "indefinitely",
                     printable(e.reason));
}

} // namespace

std::string reason(const decision& d, const vm& seen, const policy& p) {
  std::string text = main_clause(d, seen, p);
  if (acknowledged(d, p)) text += acknowledgement(*expectation_of(d.from, p));
  const expectation* const ended = expectation_of(d.expired, p);
  if (ended == nullptr || !ended->until) return text;
  const std::string exemption =
      d.expired.what == source::kind::rule
          ? p.rules[d.expired.index].name
          : p.guest_os_families[d.expired.index].guest_os_family.pattern();
  return fmt::format("{}; {} {} ended on {}", text,
                     acknowledges(*ended) ? "acknowledgement" : "exemption", in_quotes(exemption),
                     date_text(*ended->until));
}

} // namespace ovhl::licensing
