// Renewal orders and their payment.
#pragma once

#include "simulator/fleet.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::sim {

// An entry of /service: a private cloud, or an option of one.
struct renewable {
  std::int64_t id = 0;
  std::string name;
  const service* owner = nullptr;
  bool option = false;
  std::int64_t monthly_cents() const { return option ? 120'00 : 1850'00; }
};
std::vector<renewable> renewables(const fleet&); // each service and its two options

// The months of an offered period (P1M, P3M, P6M, P1Y); 0: it is not offered.
int months_of(std::string_view period);

struct order {
  std::int64_t id = 0; // 0: a dry run
  std::string status = "notPaid";
  std::string duration;
  std::vector<renewable> services;
  instant created{};
  int payments = 0;

  std::int64_t cents() const; // without tax
};

class order_store {
 public:
  order& place(order);
  order* find(std::int64_t id);
  const std::vector<order>& all() const { return orders_; }
  // Advances a paid order, as reading its status does. A delivered order prolongs its services.
  void read_status(order&, fleet&);
  void move(order&, std::string_view status, fleet&);

 private:
  std::vector<order> orders_;
};

boost::json::object price_object(std::int64_t cents);
boost::json::object order_object(const order&); // billing.Order and service.renew.RenewOrder
boost::json::object order_detail(const order&, std::size_t index);
std::int64_t detail_id(const order&, std::size_t index);
boost::json::object service_listing(const renewable&); // serviceList.Service
boost::json::array renewal_offers(const renewable&, const std::vector<renewable>& options);

} // namespace ovhl::sim
