// Reading our own JSON files back: values that are checked as they are taken.
#pragma once

#include "base/timestamp.hpp"
#include "licensing/decide.hpp"
#include "licensing/standing.hpp"

#include <boost/json/value.hpp>
#include <boost/json/value_to.hpp>
#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ovhl::publish {

namespace json = boost::json;

// A place in the file that knows its path. Reading continues after a mistake, with empty values,
// and the first mistake is kept.
class node {
 public:
  node(const json::value& root, std::string& problem) : value_(&root), problem_(&problem) {}

  node operator[](std::string_view key) const {
    const json::object* const object = value_ == nullptr ? nullptr : value_->if_object();
    if (value_ != nullptr && object == nullptr) wrong("is not an object");
    const node member(object == nullptr ? nullptr : object->if_contains(key), this, key, 0);
    if (object != nullptr && member.value_ == nullptr) member.wrong("is missing");
    return member;
  }

  // Null if the member is missing.
  node optional(std::string_view key) const {
    const json::object* const object = value_ == nullptr ? nullptr : value_->if_object();
    return {object == nullptr ? nullptr : object->if_contains(key), this, key, 0};
  }

  template <class F>
  void each(F take) const {
    if (value_ == nullptr) return;
    const json::array* const list = value_->if_array();
    if (list == nullptr) return wrong("is not an array");
    for (std::size_t i = 0; i < list->size(); ++i)
      take(node(&(*list)[i], this, {}, i));
  }

  template <class F>
  void each_member(F take) const {
    if (value_ == nullptr) return;
    const json::object* const object = value_->if_object();
    if (object == nullptr) return wrong("is not an object");
    for (const auto& [key, value] : *object)
      take(std::string(key), node(&value, this, key, 0));
  }

  bool null() const noexcept { return value_ == nullptr || value_->is_null(); }

  std::string text() const {
    if (value_ == nullptr) return {};
    if (const json::string* const s = value_->if_string()) return std::string(*s);
    wrong("is not a string");
    return {};
  }

  template <class T>
  T number() const {
    if (value_ == nullptr) return {};
    boost::system::error_code failed;
    const T n = value_->to_number<T>(failed);
    if (failed) wrong(value_->is_number() ? "is out of range" : "is not a number");
    return failed ? T{} : n;
  }

  bool boolean() const {
    if (value_ == nullptr) return false;
    if (const bool* const b = value_->if_bool()) return *b;
    wrong("is neither true nor false");
    return false;
  }

  instant time() const {
    const std::string written = text();
    const auto at = parse_timestamp(written);
    if (value_ != nullptr && !at) wrong(fmt::format("'{}' is not a time", written));
    return at.value_or(instant{});
  }

  day date() const {
    const std::string written = text();
    const auto on = parse_date(written);
    if (value_ != nullptr && !on) wrong(fmt::format("'{}' is not a date", written));
    return on.value_or(day{});
  }

  // One of the values that have a name.
  template <class E, std::size_t N>
  E choice(const std::array<E, N>& all) const {
    const std::string written = text();
    for (const E e : all)
      if (name(e) == written) return e;
    if (value_ != nullptr) wrong(fmt::format("'{}' is not known", written));
    return {};
  }

  // Keeps the first mistake. Readers also call it for mistakes that only they can know.
  void wrong(std::string_view what) const {
    if (problem_->empty())
      *problem_ = fmt::format("{} {}", parent_ == nullptr ? "it" : path(), what);
  }

 private:
  node(const json::value* value, const node* parent, std::string_view key, std::size_t index)
      : value_(value), problem_(parent->problem_), parent_(parent), key_(key), index_(index) {}

  std::string path() const {
    if (parent_ == nullptr) return {};
    const std::string before = parent_->path();
    if (key_.empty()) return fmt::format("{}[{}]", before, index_);
    return before.empty() ? std::string(key_) : fmt::format("{}.{}", before, key_);
  }

  const json::value* value_; // none: a mistake that has been said
  std::string* problem_;
  const node* parent_ = nullptr;
  std::string_view key_;
  std::size_t index_ = 0;
};

// Members that several files have in common.
std::optional<std::string> maybe_text(const node&);
std::optional<instant> maybe_time(const node&);
std::optional<std::int64_t> maybe_id(const node&);
std::string text_or_empty(const node&);
licensing::place read_place(const node&);   // three members of the object
licensing::action read_action(const node&); // null: none
licensing::verdict read_verdict(const node&);
licensing::mode read_mode(const node&);
licensing::due_state read_due_state(const node&); // null: none

} // namespace ovhl::publish
