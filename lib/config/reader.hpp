// Describes what a file may contain by tables: a mapping is a list of keys, and each key has a
// reader that stores its value or reports what is wrong with it. To add a key: one line in its
// table. To add a kind of value: a function here that makes its reader.
#pragma once

#include "config/report.hpp"
#include "config/yaml.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ovhl::config {

// `what` is the value's name in messages: "'interval'", "each of 'services'".
using reader = std::function<void(report&, const node&, std::string_view what)>;

// ---- one value ----

// Any scalar, also a number or an empty text.
reader scalar(std::function<void(report&, const node&)> then);
// A text of one line that is not empty.
reader line(std::function<void(report&, const node&)> then);

template <class T> // a string, or an optional of one
reader line(T& out) {
  return line([&out](report&, const node& n) { out = n.text; });
}

// A path; a relative one starts at `base`.
reader path(std::function<void(std::filesystem::path)> put, const std::filesystem::path& base);

template <class T>
reader path(T& out, const std::filesystem::path& base) {
  return path([&out](std::filesystem::path p) { out = std::move(p); }, base);
}

reader whole(std::function<void(std::int64_t)> put, std::int64_t least, std::int64_t most);

template <class T>
reader whole(T& out, T least, T most) {
  return whole([&out](std::int64_t n) { out = static_cast<T>(n); }, least, most);
}

// Why 010 is no number, for the end of a message; empty: it is wrong for another reason.
std::string octal_doubt(const node&);

// on, true, yes; off, false, no; or nothing.
std::optional<bool> switched(const node&) noexcept;

reader on_off(std::function<void(bool)> put);

template <class T> // bool, or an optional of it
reader on_off(T& out) {
  return on_off([&out](bool on) { out = on; });
}

reader duration(std::chrono::seconds& out, std::chrono::seconds least, std::chrono::seconds most);

reader one_of(std::function<void(std::size_t)> put, std::vector<std::string_view> names);

template <class E>
using names_of = std::initializer_list<std::pair<std::string_view, E>>;

template <class E, class T> // T is E, or an optional of it
reader one_of(T& out, names_of<E> names) {
  std::vector<std::string_view> words;
  std::vector<E> values;
  for (const auto& [word, value] : names) {
    words.push_back(word);
    values.push_back(value);
  }
  return one_of([&out, values](std::size_t i) { out = values[i]; }, std::move(words));
}

// `null` leaves the value as it is.
reader or_null(reader of);

// ---- mappings and lists ----

enum class presence : std::uint8_t { optional, required };
inline constexpr presence required = presence::required;

struct key {
  std::string_view name;
  reader read;
  presence needed = presence::optional;
};

using check = std::function<void(report&, const node& map)>;

// A mapping with these keys and no others; `then` checks them together.
reader map(std::vector<key> keys, check then = {});

// A mapping whose keys are data; `one` gets each with its value. Keys must differ, with
// key_case::ignored in more than case.
enum class key_case : std::uint8_t { counts, ignored };
reader free_map(std::function<void(report&, const node& key, const node& value)> one, key_case);

reader list(reader item, std::size_t at_least);
reader one_or_more(reader item); // a value, or a list of them

// Appends each value to `out`; `item(T&)` makes the reader of one.
template <class T, class Item>
reader append(std::vector<T>& out, Item item) {
  return [&out, item](report& r, const node& n, std::string_view what) {
    T value{};
    item(value)(r, n, what);
    out.push_back(std::move(value));
  };
}

template <class T, class Item>
reader list_of(std::vector<T>& out, Item item, std::size_t at_least = 0) {
  return list(append(out, item), at_least);
}

// A list whose members must differ in the value of `key`; without a key, as a whole.
reader distinct(reader list, std::string_view key = {});

} // namespace ovhl::config
