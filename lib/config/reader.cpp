#include "config/reader.hpp"

#include "base/duration.hpp"
#include "base/text.hpp"
#include "base/whole_number.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

namespace ovhl::config {

namespace {

bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F;
}

// "a", "a or b", "a, b or c"
std::string alternatives(const std::vector<std::string_view>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? " or " : ", ";
    out += names[i];
  }
  return out;
}

std::string quoted(std::string_view name) { return fmt::format("'{}'", name); }

void unknown_key(report& r, const node& written, const std::vector<key>& keys) {
  std::vector<std::string_view> names;
  names.reserve(keys.size());
  for (const key& k : keys)
    names.push_back(k.name);
  const std::string hint = did_you_mean(written.text, names);
  r.mistake(
      written.at,
      fmt::format("unknown key '{}'{}", fitted(printable(written.text), 60),
                  hint.empty() ? fmt::format("; allowed here: {}", fmt::join(names, ", ")) : hint));
}

// By text, the line in which it appeared first.
class first_lines {
 public:
  bool repeated(report& r, const node& n, std::string_view kind, key_case how) {
    const auto [first, fresh] =
        lines_.try_emplace(how == key_case::ignored ? lowered(n.text) : n.text, n.at.line);
    if (fresh) return false;
    r.mistake(n.at, fmt::format("repeated {} '{}'; first given in line {}{}", kind,
                                fitted(printable(n.text), 60), first->second,
                                how == key_case::ignored ? " (case is ignored)" : ""));
    return true;
  }

 private:
  std::map<std::string, int> lines_;
};

// Checks that each key is a text and appears once; `one` gets the key and its value.
template <class One>
void walk(report& r, const node& n, key_case how, One one) {
  first_lines seen;
  for (std::size_t i = 0; i < n.keys.size() && !r.full(); ++i) {
    const node& written = n.keys[i];
    if (written.what != node::kind::scalar)
      r.mistake(written.at, "a key must be text");
    else if (!seen.repeated(r, written, "key", how))
      one(written, n.items[i]);
  }
}

} // namespace

reader scalar(std::function<void(report&, const node&)> then) {
  return [then = std::move(then)](report& r, const node& n, std::string_view what) {
    if (n.what != node::kind::scalar) return r.expected(n, what, "text");
    then(r, n);
  };
}

reader line(std::function<void(report&, const node&)> then) {
  return [then = std::move(then)](report& r, const node& n, std::string_view what) {
    if (n.what != node::kind::scalar) return r.expected(n, what, "text");
    if (trimmed(n.text).empty()) return r.mistake(n.at, fmt::format("{} must not be empty", what));
    if (std::any_of(n.text.begin(), n.text.end(), is_control))
      return r.expected(n, what, "a single line without control characters");
    then(r, n);
  };
}

reader path(std::function<void(std::filesystem::path)> put, const std::filesystem::path& base) {
  return line([put = std::move(put), base](report&, const node& n) {
    put((base / n.text).lexically_normal());
  });
}

std::string octal_doubt(const node& n) {
  const std::string& t = n.text;
  const bool doubtful = t.size() > 1 && t[0] == '0' && t[1] >= '0' && t[1] <= '9';
  return doubtful ? "; drop the leading zero, which can be read as octal" : "";
}

reader whole(std::function<void(std::int64_t)> put, std::int64_t least, std::int64_t most) {
  return [put = std::move(put), least, most](report& r, const node& n, std::string_view what) {
    const auto value =
        n.what == node::kind::scalar && !n.quoted ? whole_number(n.text) : std::nullopt;
    if (value && *value >= least && *value <= most) return put(*value);
    r.expected(n, what,
               most == std::numeric_limits<std::int64_t>::max()
                   ? fmt::format("a whole number, {} or more", least)
                   : fmt::format("a whole number from {} to {}", least, most),
               octal_doubt(n));
  };
}

std::optional<bool> switched(const node& n) noexcept {
  if (n.what != node::kind::scalar) return std::nullopt;
  for (std::string_view yes : {"on", "true", "yes"})
    if (equal_ignoring_case(n.text, yes)) return true;
  for (std::string_view no : {"off", "false", "no"})
    if (equal_ignoring_case(n.text, no)) return false;
  return std::nullopt;
}

reader on_off(std::function<void(bool)> put) {
  return [put = std::move(put)](report& r, const node& n, std::string_view what) {
    const auto value = switched(n);
    if (!value) return r.expected(n, what, "on or off");
    put(*value);
  };
}

reader duration(std::chrono::seconds& out, std::chrono::seconds least, std::chrono::seconds most) {
  return [&out, least, most](report& r, const node& n, std::string_view what) {
    const auto value = n.what == node::kind::scalar ? parse_duration(n.text) : std::nullopt;
    if (value && *value >= least && *value <= most)
      out = *value;
    else
      r.expected(n, what,
                 fmt::format("a duration from {} to {} (such as 30s, 5m, 12h or 7d)",
                             duration_text(least), duration_text(most)),
                 octal_doubt(n));
  };
}

reader one_of(std::function<void(std::size_t)> put, std::vector<std::string_view> names) {
  return [put = std::move(put), names = std::move(names)](report& r, const node& n,
                                                          std::string_view what) {
    if (n.what == node::kind::scalar) {
      const auto found = std::find(names.begin(), names.end(), n.text);
      if (found != names.end()) return put(static_cast<std::size_t>(found - names.begin()));
    }
    r.expected(n, what, alternatives(names), did_you_mean(n.text, names));
  };
}

reader or_null(reader of) {
  return [of = std::move(of)](report& r, const node& n, std::string_view what) {
    if (n.what != node::kind::null) of(r, n, what);
  };
}

reader map(std::vector<key> keys, check then) {
  return [keys = std::move(keys), then = std::move(then)](report& r, const node& n,
                                                          std::string_view what) {
    if (n.what != node::kind::map) return r.expected(n, what, "a mapping");
    walk(r, n, key_case::counts, [&](const node& written, const node& value) {
      const auto known = std::find_if(keys.begin(), keys.end(),
                                      [&](const key& k) { return k.name == written.text; });
      if (known == keys.end()) return unknown_key(r, written, keys);
      known->read(r, value, quoted(known->name));
    });
    for (const key& k : keys)
      if (k.needed == required && n.find(k.name) == nullptr)
        r.mistake(n.at, fmt::format("{} must have the key '{}'", what, k.name));
    if (then) then(r, n);
  };
}

reader free_map(std::function<void(report&, const node& key, const node& value)> one,
                key_case how) {
  return [one = std::move(one), how](report& r, const node& n, std::string_view what) {
    if (n.what != node::kind::map) return r.expected(n, what, "a mapping");
    walk(r, n, how, [&](const node& written, const node& value) { one(r, written, value); });
  };
}

reader list(reader item, std::size_t at_least) {
  return [item = std::move(item), at_least](report& r, const node& n, std::string_view what) {
    if (n.what != node::kind::list) return r.expected(n, what, "a list");
    if (n.items.size() < at_least)
      return r.mistake(n.at, fmt::format("{} must have at least one entry", what));
    const std::string each = fmt::format("each of {}", what);
    for (const node& member : n.items)
      if (!r.full()) item(r, member, each);
  };
}

reader one_or_more(reader item) {
  return [several = list(item, 1), item](report& r, const node& n, std::string_view what) {
    (n.what == node::kind::list ? several : item)(r, n, what);
  };
}

reader distinct(reader list, std::string_view key) {
  return [list = std::move(list), key](report& r, const node& n, std::string_view what) {
    list(r, n, what);
    first_lines seen;
    for (const node& member : n.items) {
      const node* value = key.empty() ? &member : member.find(key);
      if (value != nullptr && value->what == node::kind::scalar && !r.full())
        seen.repeated(r, *value, key.empty() ? "member" : key, key_case::counts);
    }
  };
}

} // namespace ovhl::config
