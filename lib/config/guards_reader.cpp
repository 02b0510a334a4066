#include "config/guards_reader.hpp"

#include "base/text.hpp"
#include "base/whole_number.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <optional>

namespace ovhl::config {

namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::seconds;

// "30%"
std::optional<int> percentage(std::string_view text) noexcept {
  if (!text.ends_with('%')) return std::nullopt;
  text.remove_suffix(1);
  const auto value = whole_number(text);
  if (!value || *value < 0 || *value > 100) return std::nullopt;
  return static_cast<int>(*value);
}

reader share(int& out) {
  return [&out](report& r, const node& n, std::string_view what) {
    const auto value = n.what == node::kind::scalar ? percentage(n.text) : std::nullopt;
    if (!value) return r.expected(n, what, "a share from 0% to 100%", octal_doubt(n));
    out = *value;
  };
}

constexpr std::array<std::string_view, 7> day_names{"mon", "tue", "wed", "thu",
                                                    "fri", "sat", "sun"};

std::optional<std::size_t> day_index(std::string_view text) noexcept {
  for (std::size_t i = 0; i < day_names.size(); ++i)
    if (equal_ignoring_case(trimmed(text), day_names[i])) return i;
  return std::nullopt;
}

// "fri" or "sat-mon" as a set of bits, none if it is neither.
std::uint8_t day_range(std::string_view text) noexcept {
  const auto dash = text.find('-');
  const auto first = day_index(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : day_index(text.substr(dash + 1));
  if (!first || !last) return 0;
  unsigned bits = 0;
  for (std::size_t day = *first;; day = (day + 1) % day_names.size()) {
    bits |= 1U << day;
    if (day == *last) return static_cast<std::uint8_t>(bits);
  }
}

// Adds the days of "mon-fri" or "mon,wed" to `out`.
reader days_text(std::uint8_t& out) {
  return [&out](report& r, const node& n, std::string_view what) {
    std::string_view rest = n.text;
    bool ok = n.what == node::kind::scalar;
    for (bool more = ok; more && ok;) {
      const auto comma = rest.find(',');
      const std::uint8_t bits = day_range(rest.substr(0, comma));
      ok = bits != 0;
      out = static_cast<std::uint8_t>(out | bits);
      more = comma != std::string_view::npos;
      if (more) rest.remove_prefix(comma + 1);
    }
    if (!ok) r.expected(n, what, "days such as mon-fri or 'sat,sun'");
  };
}

reader days_of(std::uint8_t& out) {
  return [&out](report& r, const node& n, std::string_view what) {
    out = 0;
    one_or_more(days_text(out))(r, n, what);
  };
}

// "HH:MM"; midnight at the end of the day is 24:00.
std::optional<minutes> time_of_day(std::string_view text) noexcept {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto two_digits = [](std::string_view two) {
    const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : -100; };
    return digit(two[0]) * 10 + digit(two[1]);
  };
  const int hour = two_digits(text.substr(0, 2));
  const int minute = two_digits(text.substr(3, 2));
  if (hour < 0 || minute < 0 || minute > 59 || hour * 60 + minute > 24 * 60) return std::nullopt;
  return minutes(hour * 60 + minute);
}

reader clock_time(minutes& out, minutes latest, std::string_view wanted) {
  return [&out, latest, wanted](report& r, const node& n, std::string_view what) {
    const auto time = n.what == node::kind::scalar ? time_of_day(n.text) : std::nullopt;
    if (!time || *time > latest) return r.expected(n, what, wanted);
    out = *time;
  };
}

reader time_zone(std::string& out) {
  return line([&out](report& r, const node& n) {
    out = n.text;
    try {
      const auto& zones = date::get_tzdb().zones;
      std::vector<std::string_view> names;
      names.reserve(zones.size());
      for (const date::time_zone& zone : zones)
        names.push_back(zone.name());
      if (std::find(names.begin(), names.end(), n.text) == names.end())
        r.mistake(n.at, fmt::format("unknown time zone '{}'{}", fitted(printable(n.text), 60),
                                    did_you_mean(n.text, names)));
    } catch (const std::exception&) {
      r.mistake(n.at, "the time zones of this system cannot be read; is tzdata installed?");
    }
  });
}

reader window(licensing::time_window& w) {
  const auto check = [&w](report& r, const node& n) {
    const node* to = n.find("to");
    if (w.from == w.to)
      r.mistake(to == nullptr ? n.at : to->at, "'from' and 'to' are the same time");
  };
  return map(
      {
          {"days", days_of(w.days)},
          {"from", clock_time(w.from, minutes(24 * 60 - 1), "a time such as \"08:00\"")},
          {"to", clock_time(w.to, minutes(24 * 60), "a time such as \"18:00\", at most \"24:00\"")},
          {"time_zone", time_zone(w.time_zone)},
      },
      check);
}

} // namespace

reader guards(licensing::guards& out) {
  return map({
      {"confirm_polls", whole(out.confirm_polls, 1, 1000)},
      {"grace", duration(out.grace, seconds(0), days(365))},
      {"max_sets_per_poll", whole(out.max_sets_per_poll, 0, 100'000)},
      {"max_removals_per_poll", whole(out.max_removals_per_poll, 0, 100'000)},
      {"max_set_share", share(out.max_set_share)},
      {"max_removal_share", share(out.max_removal_share)},
      {"retry_after", duration(out.retry_after, seconds(1), days(1))},
      {"windows", list_of(out.windows, window)},
  });
}

} // namespace ovhl::config
