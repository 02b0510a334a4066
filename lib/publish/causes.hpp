// Groups findings into causes, so that ten thousand VMs fit on one screen: a cause has all VMs with
// the same verdict, expectation, declared license, guest OS, rule and reason. Pure.
#pragma once

#include "publish/snapshot.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace ovhl::publish {

// How urgent it is: 0 is first.
std::size_t urgency(licensing::verdict) noexcept;

// Gathers causes, one VM at a time.
class cause_list {
 public:
  // The cause that this finding belongs to; does not count it yet.
  std::size_t index_of(const finding&);
  // Adds one VM to a cause.
  void add(std::size_t cause, std::string_view name, std::int64_t vm_id, instant since);
  // Adds the state of its correction.
  void add_due(std::size_t cause, licensing::action, const cause_state&);

  struct sorted_list {
    std::vector<cause_row> causes;       // the most urgent first, then those of most VMs
    std::vector<std::size_t> new_places; // by the index before sorting
  };
  sorted_list sorted() &&;

 private:
  using text = std::optional<std::string>;
  using key = std::tuple<licensing::verdict, text, text, text, text, std::string, std::string>;

  std::map<key, std::size_t> places_;
  std::vector<cause_row> causes_;
};

// Adds to the element with the same state and guard.
void count(std::vector<cause_state>&, const cause_state&);

std::vector<cause_row> causes_of(std::span<const finding>);
// The causes of a snapshot; computed from its findings if it has none.
std::vector<cause_row> causes_of(const snapshot&);
std::size_t vms_of(std::span<const cause_row>) noexcept;
// How many corrections are due; are in one state; are in it because of a guard (null: no guard).
std::size_t due_of(std::span<const cause_row>) noexcept;
std::size_t in_state(std::span<const cause_row>, due_state) noexcept;
std::size_t held_by(std::span<const cause_row>, due_state,
                    const std::optional<licensing::guard>&) noexcept;

// What to do about all of its VMs; empty if nothing.
std::string remedy(const cause_row&);

} // namespace ovhl::publish
