#include "config/policy_values.hpp"

#include "base/text.hpp"
#include "licensing/license.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>

namespace ovhl::config {

namespace {

using licensing::power_state;
using licensing::wanted;

constexpr std::array power_state_list{power_state::powered_on, power_state::powered_off,
                                      power_state::suspended, power_state::deleted};

constexpr std::array<std::pair<std::string_view, wanted>, 3> value_words{
    {{"none", wanted::none}, {"keep", wanted::keep}, {"review", wanted::review}}};

template <class T>
reader mode_of(T& out) {
  using licensing::mode;
  return one_of<mode>(
      out, {{"report", mode::report}, {"declare", mode::declare}, {"enforce", mode::enforce}});
}

std::string cut(std::string_view text) { return fitted(printable(text), 60); }

// Why this is not the name of a license that can be set; empty: no special reason.
std::string no_license(std::string_view name) {
  if (licensing::is_legacy(name))
    return fmt::format("'{}' is a legacy license: it can be read but no longer declared", name);
  for (std::string_view state :
       {licensing::managed_license, licensing::unknown_license, licensing::unlicensed})
    if (name == state)
      return fmt::format(
          "'{}' is a state that OVHcloud reports, not a license that can be declared", name);
  return {};
}

// `words` are the other values that are allowed.
void put_license(report& r, const node& n, std::string& out, const admitted& more,
                 std::span<const std::pair<std::string_view, wanted>> words) {
  out = n.text;
  if (licensing::is_settable(n.text) || std::ranges::find(more, n.text) != more.end()) return;
  if (const std::string why = no_license(n.text); !why.empty()) return r.mistake(n.at, why);
  const auto settable = licensing::settable_licenses();
  std::vector<std::string_view> candidates(settable.begin(), settable.end());
  candidates.insert(candidates.end(), more.begin(), more.end());
  for (const auto& word : words)
    candidates.push_back(word.first);
  r.mistake(n.at, fmt::format("'{}' is not a license that can be declared{}", cut(n.text),
                              did_you_mean(n.text, candidates)));
}

reader value(licensing::expectation& out, const admitted& more) {
  return scalar([&](report& r, const node& n) {
    out.what = wanted::license;
    for (const auto& [word, meaning] : value_words)
      if (n.text == word) out.what = meaning;
    if (out.what == wanted::license) put_license(r, n, out.license, more, value_words);
  });
}

std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text)
    if (c >= '0' && c <= '9') digits += c;
  return digits;
}

// New names differ from old ones in a year; one that differs only in letters is probably a typo.
std::string slip_of(const std::string& name) {
  const auto near = nearest(name, licensing::settable_licenses());
  return near && digits_of(*near) == digits_of(name) ? std::string(*near) : std::string();
}

void admit(report& r, const node& n, admitted& out) {
  const auto is_it = [&](const auto& word) { return word.first == n.text; };
  if (licensing::is_settable(n.text))
    return r.warning(
        n.at, fmt::format("this version already knows '{}': it need not be listed here", n.text));
  if (const std::string why = no_license(n.text); !why.empty()) return r.mistake(n.at, why);
  if (std::ranges::any_of(value_words, is_it))
    return r.mistake(n.at, fmt::format("'{}' is a reserved word, not a license", n.text));
  if (const std::string meant = slip_of(n.text); !meant.empty())
    r.warning(n.at,
              fmt::format("'{}' is accepted, but resembles '{}'; use that if it is what you mean",
                          cut(n.text), meant));
  out.push_back(n.text);
}

// The pattern with its literal beginning replaced by that of the nearest license, if it then
// matches a license.
std::string nearest_pattern(const std::string& pattern,
                            std::span<const std::string_view> licenses) {
  const auto length = std::min(pattern.find_first_of("*?"), pattern.size());
  std::vector<std::string_view> beginnings;
  beginnings.reserve(licenses.size());
  for (std::string_view license : licenses)
    beginnings.push_back(license.substr(0, length));
  const auto near = nearest(std::string_view(pattern).substr(0, length), beginnings);
  if (!near) return {};
  const std::string corrected = std::string(*near) + pattern.substr(length);
  const glob g(corrected);
  const bool fits = std::any_of(licenses.begin(), licenses.end(),
                                [&](std::string_view license) { return g.matches(license); });
  return fits ? fmt::format("; did you mean '{}'?", corrected) : std::string();
}

reader accepted(glob& out, const admitted& more) {
  return scalar([&](report& r, const node& n) {
    out = glob(n.text);
    std::vector<std::string_view> licenses(more.begin(), more.end());
    for (const auto& some : {licensing::settable_licenses(), licensing::legacy_licenses()})
      licenses.insert(licenses.end(), some.begin(), some.end());
    if (std::none_of(licenses.begin(), licenses.end(),
                     [&](std::string_view license) { return out.matches(license); }))
      r.mistake(n.at, fmt::format("'{}' matches no license that OVHcloud knows{}", cut(n.text),
                                  nearest_pattern(n.text, licenses)));
  });
}

reader reason(std::string& out) {
  return [&out](report& r, const node& n, std::string_view what) {
    if (n.what != node::kind::scalar) return r.expected(n, what, "text");
    out = trimmed(n.text);
    if (out.empty()) r.mistake(n.at, fmt::format("{} must not be empty", what));
  };
}

reader until(std::optional<day>& out) {
  return [&out](report& r, const node& n, std::string_view what) {
    if (n.what == node::kind::scalar && n.text == "never") return;
    if (n.what == node::kind::scalar) out = parse_date(n.text);
    if (!out) r.expected(n, what, "a date such as 2027-06-30, or never");
  };
}

std::string_view word_of(wanted w) noexcept {
  for (const auto& [word, meaning] : value_words)
    if (meaning == w) return word;
  return "a license";
}

void keep_needs(report& r, const position& at, bool has_reason, bool has_until) {
  if (!has_reason && !has_until)
    r.mistake(at, "'keep' requires 'reason' and 'until'");
  else if (!has_reason)
    r.mistake(at, "'keep' requires 'reason'");
  else if (!has_until)
    r.mistake(at, "'keep' requires 'until' (a date, or never)");
}

// A review is acknowledged by a reason and an end together, not by one of them.
void review_needs(report& r, const node& map) {
  const node *why = map.find("reason"), *end = map.find("until");
  if (why != nullptr && end == nullptr)
    r.mistake(why->at, "'reason' with 'license: review' requires 'until' (a date, or never)");
  if (why == nullptr && end != nullptr)
    r.mistake(end->at, "'until' with 'license: review' requires 'reason'");
}

} // namespace

reader admitted_licenses(admitted& out) {
  return distinct(list(line([&out](report& r, const node& n) { admit(r, n, out); }), 0));
}

reader settable_license(std::string& out, const admitted& more) {
  return scalar([&](report& r, const node& n) { put_license(r, n, out, more, {}); });
}

reader power_state_name(licensing::power_state& out) {
  std::vector<std::string_view> names;
  names.reserve(power_state_list.size());
  for (power_state state : power_state_list)
    names.push_back(name(state));
  return one_of([&out](std::size_t i) { out = power_state_list[i]; }, std::move(names));
}

reader power_states(std::vector<power_state>& out) {
  return one_or_more([&out](report& r, const node& n, std::string_view what) {
    const glob pattern(n.what == node::kind::scalar ? n.text : std::string());
    std::vector<std::string_view> names;
    bool fits = false;
    for (power_state state : power_state_list) {
      names.push_back(name(state));
      if (!pattern.matches(name(state))) continue;
      fits = true;
      if (std::find(out.begin(), out.end(), state) == out.end()) out.push_back(state);
    }
    if (!fits)
      r.expected(n, what, "poweredOn, poweredOff, suspended or deleted, or a glob that matches one",
                 did_you_mean(n.text, names));
  });
}

reader mode_name(licensing::mode& out) { return mode_of(out); }
reader mode_name(std::optional<licensing::mode>& out) { return mode_of(out); }

std::vector<key> expectation_keys(licensing::expectation& out, const admitted& more) {
  const auto accept = [&more](glob& one) { return accepted(one, more); };
  return {
      {"license", value(out, more), required},
      {"accept", one_or_more(append(out.accept, accept))},
      {"mode", mode_name(out.mode)},
      {"bypass_guest_os_family_check", on_off(out.bypass_guest_os_family_check)},
      {"reason", reason(out.reason)},
      {"until", until(out.until)},
  };
}

void check_expectation(report& r, const node& map, const licensing::expectation& e) {
  const node* license = map.find("license");
  if (license == nullptr || license->what != node::kind::scalar) return;
  if (e.what == wanted::keep)
    keep_needs(r, license->at, map.find("reason") != nullptr, map.find("until") != nullptr);
  else if (e.what == wanted::review)
    review_needs(r, map);
  else if (const node* end = map.find("until"))
    r.mistake(end->at, "'until' is allowed only with 'license: keep' or 'license: review'");
  if (const node* accept = map.find("accept"); accept != nullptr && e.what != wanted::license)
    r.mistake(accept->at, fmt::format("'accept' is allowed only with a license, not with '{}'",
                                      word_of(e.what)));
}

reader expectation(licensing::expectation& out, const admitted& more) {
  auto mapping = map(expectation_keys(out, more),
                     [&out](report& r, const node& n) { check_expectation(r, n, out); });
  return
      [&out, &more, mapping = std::move(mapping)](report& r, const node& n, std::string_view what) {
        if (n.what == node::kind::map) return mapping(r, n, what);
        if (n.what != node::kind::scalar)
          return r.expected(n, what, "a license, none, keep, review or a mapping");
        value(out, more)(r, n, what);
        if (out.what == wanted::keep) keep_needs(r, n.at, false, false);
      };
}

} // namespace ovhl::config
