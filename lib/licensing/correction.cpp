#include "licensing/correction.hpp"

namespace ovhl::licensing {

std::vector<correction> due(const inventory& seen, const decisions& decided, const policy& p) {
  std::vector<correction> orders;
  for (std::size_t d = 0; d < seen.datacenters.size(); ++d) {
    const datacenter& dc = seen.datacenters[d];
    if (!dc.once_complete()) continue;
    for (const decision& made : decided.datacenters[d].vms) {
      if (made.action == action::none) continue;
      const vm& v = dc.vms[made.vm];
      correction order;
      order.which = {dc.where, v.id};
      order.action = made.action;
      if (const auto now = declared(v); known(now)) order.from = std::string(now);
      if (made.action == action::set_license) order.to = std::string(expected(made, p));
      order.bypass = made.bypass;
      order.mode = made.mode;
      order.verdict = made.verdict;
      order.from_complete_list = dc.complete;
      orders.push_back(std::move(order));
    }
  }
  return orders;
}

} // namespace ovhl::licensing
