// Selects the VMs to show, by the options that `status` and `plan` share. Pure.
#pragma once

#include "publish/snapshot.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::publish {

struct row_filter {
  std::vector<licensing::verdict> verdicts; // one of them; empty: any
  std::optional<std::string> rule;          // its name, or the guest OS of an entry of the map
  std::optional<std::string> service;
  std::optional<std::int64_t> datacenter;
  std::optional<std::size_t> limit; // so many rows at most

  // Whether it selects by anything but a limit.
  bool narrows() const noexcept { return !verdicts.empty() || rule || service || datacenter; }

  bool fits(const licensing::place&) const;
  bool fits(licensing::verdict, std::string_view rule_of_vm) const;
  // Ignores the place, because a cause is spread over datacenters.
  bool fits(const cause_row& c) const { return fits(c.verdict, c.rule); }
  template <class T> // finding, plan_row
  bool fits(const T& row) const {
    return fits(row.where) && fits(row.verdict, row.rule);
  }

  // The rows that match, in their order, and how many there would be without the limit.
  template <class T>
  struct picked {
    std::vector<const T*> rows;
    std::size_t all = 0;
  };
  template <class T>
  picked<T> pick(const std::vector<T>& from) const {
    picked<T> found;
    for (const T& row : from) {
      if (!fits(row)) continue;
      ++found.all;
      if (!limit || found.rows.size() < *limit) found.rows.push_back(&row);
    }
    return found;
  }
};

} // namespace ovhl::publish
