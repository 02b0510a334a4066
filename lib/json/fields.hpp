// A struct described once, for writing and for reading:
//
//   void fields(auto& io, maybe_const<gap_body> auto& gap) {
//     io.optional("last_seen", gap.last_seen);
//     io("cause", gap.cause);
//     io("message", gap.message);
//   }
//
// Keys are written in this order and read by name; other keys are ignored. fields() belongs in the
// namespace of its struct. Values are texts, numbers, booleans, times, dates, enums with names<E>
// (base/names.hpp), classes that are made from a text and return it as text(), structs with
// fields(), and optionals, vectors and maps of these.
//
//   io(key, v)              required; an unset optional is written as null
//   io.newer(key, v)        written likewise; when read, it may be null or missing: then v stays
//   io.optional(key, v)     written only if it is set (see is_unset); read like newer
//   io.where(known, key, v) if not known: written as null, not read
//   io.shown(key, v)        written, not read
//   or_null(v)              a value v that is written as null if it is not set
//   in_lines(v)             a value v whose elements or members are each on their own line
//   described(v, how)       a value v described by how(io, v) instead of fields(); also for
//   in_lines
//
// `if constexpr (IO::reads)` separates reading from writing; io.wrong(key, what) reports a mistake
// that only fields() can know.
#pragma once

#include "base/names.hpp"
#include "base/timestamp.hpp"
#include "json/json_tree.hpp"
#include "json/json_writer.hpp"

#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace ovhl {

template <class T, class Struct>
concept maybe_const = std::same_as<std::remove_const_t<T>, Struct>;

struct by_fields {
  void operator()(auto& io, auto& value) const { fields(io, value); }
};

// Wrappers for values in another form. T is a reference, or a temporary.
template <class T>
struct nullable {
  T value;
};
template <class T, class Describe>
struct shaped {
  T value;
  Describe describe;
  json_writer::layout how;
};
template <class T>
nullable<T> or_null(T&& v) {
  return {std::forward<T>(v)};
}
template <class T, class Describe>
shaped<T, Describe> described(T&& v, Describe d) {
  return {std::forward<T>(v), d, json_writer::layout::row};
}
template <class T, class Describe = by_fields>
shaped<T, Describe> in_lines(T&& v, Describe d = {}) {
  return {std::forward<T>(v), d, json_writer::layout::lines};
}

// Unset: empty, zero, a time that was never set, an enum's value without a name.
template <class T>
bool is_unset(const T& v) {
  if constexpr (std::is_enum_v<T>)
    return std::string_view(name(v)).empty();
  else
    return v == T{};
}

class json_output {
 public:
  static constexpr bool reads = false;

  explicit json_output(json_writer& out) : out_(out) {}

  void operator()(std::string_view key, const auto& v) { put(out_.key(key), v); }
  void newer(std::string_view key, const auto& v) { put(out_.key(key), v); }
  void shown(std::string_view key, const auto& v) { put(out_.key(key), v); }
  void optional(std::string_view key, const auto& v) {
    if (!is_unset(v)) put(out_.key(key), v);
  }
  void where(bool known, std::string_view key, const auto& v) {
    out_.key(key);
    known ? put(out_, v) : put(out_, std::nullopt);
  }

  template <class T, class Describe = by_fields>
  static void put(json_writer& out, const T& v, Describe describe = {},
                  json_writer::layout how = json_writer::layout::row);

 private:
  json_writer& out_;
};

template <class T>
inline constexpr bool is_nullable = false;
template <class T>
inline constexpr bool is_nullable<nullable<T>> = true;
template <class T>
inline constexpr bool is_shaped = false;
template <class T, class Describe>
inline constexpr bool is_shaped<shaped<T, Describe>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_map = false;
template <class T>
inline constexpr bool is_map<std::map<std::string, T>> = true;
template <class T>
concept list = requires(const T& v) {
  v.begin();
  v.size();
} && !std::convertible_to<const T&, std::string_view>;

template <class T>
concept made_of_text = requires(const T& v) {
  { v.text() } -> std::convertible_to<std::string_view>;
} && std::constructible_from<T, std::string>;

template <class T, class Describe>
void json_output::put(json_writer& out, const T& v, Describe describe, json_writer::layout how) {
  if constexpr (is_nullable<T>) {
    is_unset(v.value) ? put(out, std::nullopt) : put(out, v.value, describe, how);
  } else if constexpr (is_shaped<T>) {
    put(out, v.value, v.describe, v.how);
  } else if constexpr (is_optional<T>) {
    v ? put(out, *v, describe, how) : put(out, std::nullopt);
  } else if constexpr (std::is_same_v<T, instant>) {
    out.value(timestamp(v));
  } else if constexpr (std::is_same_v<T, day>) {
    out.value(date_text(v));
  } else if constexpr (std::is_enum_v<T>) {
    out.value(name(v));
  } else if constexpr (is_map<T>) {
    out.begin_object(how);
    for (const auto& [key, value] : v)
      put(out.key(key), value);
    out.end_object();
  } else if constexpr (list<T>) {
    out.begin_array(how);
    for (const auto& element : v)
      put(out, element, describe);
    out.end_array();
  } else if constexpr (made_of_text<T>) {
    out.value(v.text());
  } else if constexpr (requires { out.value(v); }) {
    out.value(v);
  } else {
    out.begin_object(how);
    json_output io(out);
    describe(io, v);
    out.end_object();
  }
}

class json_input {
 public:
  static constexpr bool reads = true;

  explicit json_input(const json_node& at) : at_(at) {}

  void operator()(std::string_view key, auto&& v) { take(at_.member(key), v); }
  void newer(std::string_view key, auto&& v) {
    if (const json_node found = at_.maybe(key); !found.null()) take(found, v);
  }
  void optional(std::string_view key, auto&& v) { newer(key, v); }
  void where(bool known, std::string_view key, auto&& v) {
    if (known) take(at_.member(key), v);
  }
  void shown(std::string_view, const auto&) {}
  void wrong(std::string_view key, std::string_view what) { at_.maybe(key).wrong(what); }

  template <class T, class Describe = by_fields>
  static void take(const json_node& from, T& v, Describe describe = {});

 private:
  template <class E>
  static void take_name(const json_node& from, E& v, bool any) {
    const std::string_view written = from.text();
    const std::optional<E> found = named<E>(written);
    if (found && (any || !written.empty()))
      v = *found;
    else
      from.wrong("'" + std::string(written) + "' is not known");
  }

  const json_node& at_;
};

template <class T, class Describe>
void json_input::take(const json_node& from, T& v, Describe describe) {
  if constexpr (is_nullable<T>) {
    using value = std::remove_reference_t<decltype(v.value)>;
    if (from.null())
      v.value = value{};
    else if constexpr (std::is_enum_v<value>)
      take_name(from, v.value, false);
    else
      take(from, v.value, describe);
  } else if constexpr (is_shaped<T>) {
    take(from, v.value, v.describe);
  } else if constexpr (is_optional<T>) {
    v.reset();
    if (!from.null()) take(from, v.emplace(), describe);
  } else if constexpr (std::is_same_v<T, instant>) {
    v = time_in(from);
  } else if constexpr (std::is_same_v<T, day>) {
    v = date_in(from);
  } else if constexpr (std::is_enum_v<T>) {
    take_name(from, v, true);
  } else if constexpr (std::is_same_v<T, bool>) {
    v = from.boolean();
  } else if constexpr (std::is_integral_v<T>) {
    v = from.integer<T>();
  } else if constexpr (std::is_same_v<T, double>) {
    v = from.number();
  } else if constexpr (std::is_same_v<T, std::string>) {
    v = from.text();
  } else if constexpr (made_of_text<T>) {
    v = T(std::string(from.text()));
  } else if constexpr (is_map<T>) {
    from.each_member(
        [&](std::string_view key, const json_node& value) { take(value, v[std::string(key)]); });
  } else if constexpr (list<T>) {
    const std::size_t size = from.size();
    v.clear();
    v.reserve(size);
    for (std::size_t i = 0; i < size; ++i)
      take(from.element(i), v.emplace_back(), describe);
  } else {
    json_input io(from);
    describe(io, v);
  }
}

// A value as JSON, appended.
void append_json_of(std::string& out, const auto& v) {
  json_writer writer(out);
  json_output::put(writer, v);
}
std::string json_of(const auto& v) {
  std::string out;
  append_json_of(out, v);
  return out;
}

} // namespace ovhl
