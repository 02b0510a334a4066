// Lists of VMs by id, each id once. What stands twice and differs is marked: which of the two came
// first tells nothing.
#include "ovh/answers.hpp"

#include <algorithm>
#include <tuple>

namespace ovhl::ovh {

namespace {

// Null and empty are different things.
auto told(std::string_view text) { return std::tuple(licensing::known(text), text); }

// All that something may be concluded from.
auto contents(const licensed_vm& v) {
  return std::tuple(told(v.license), told(v.reported_guest_os_family));
}
auto contents(const licensing::vm& v) {
  return std::tuple(told(v.license), told(v.guest_os_family), told(v.name), told(v.cluster),
                    told(v.folder), v.power);
}

bool& mark(licensed_vm& v) { return v.differently; }
bool& mark(licensing::vm& v) { return v.seen_differently; }

template <class Vm>
void in_order(std::vector<Vm>& all) {
  const auto ascending = [](const Vm& a, const Vm& b) { return a.id < b.id; };
  const auto out_of_order = [](const Vm& a, const Vm& b) { return a.id >= b.id; };
  if (std::ranges::adjacent_find(all, out_of_order) == all.end()) return;
  std::ranges::sort(all, ascending);
  auto to = all.begin();
  for (auto from = all.begin(); from != all.end();) {
    const auto end = std::find_if(from, all.end(), [&](const Vm& v) { return v.id != from->id; });
    const auto [least, most] = std::minmax_element(
        from, end, [](const Vm& a, const Vm& b) { return contents(a) < contents(b); });
    Vm one = *least;
    mark(one) = mark(one) || contents(*least) != contents(*most);
    *to++ = one;
    from = end;
  }
  all.erase(to, all.end());
}

} // namespace

void put_in_order(std::vector<licensed_vm>& all) { in_order(all); }
void put_in_order(std::vector<licensing::vm>& all) { in_order(all); }

} // namespace ovhl::ovh
