#include "simulator/orders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

namespace ovhl::sim {

namespace {

namespace json = boost::json;

struct period {
  std::string_view text;
  int months;
};
constexpr std::array periods{period{"P1M", 1}, period{"P3M", 3}, period{"P6M", 6},
                             period{"P1Y", 12}};

constexpr std::int64_t with_tax(std::int64_t cents) { return cents * 120 / 100; }

void prolong(const order& delivered, fleet& all) {
  for (const auto& it : delivered.services) {
    auto* const service = it.option ? nullptr : all.find(it.name);
    if (!service) continue;
    const std::chrono::year_month_day date(service->expiration);
    auto later = date + std::chrono::months(months_of(delivered.duration));
    if (!later.ok()) later = later.year() / later.month() / std::chrono::last;
    service->expiration = later;
  }
}

} // namespace

int months_of(std::string_view text) {
  const auto* found = std::ranges::find(periods, text, &period::text);
  return found == periods.end() ? 0 : found->months;
}

std::vector<renewable> renewables(const fleet& all) {
  std::vector<renewable> list;
  for (const auto& it : all.services) {
    list.push_back({it.service_id, it.name, &it, false});
    list.push_back({it.service_id + 1, it.name + "/option/nsx", &it, true});
    list.push_back({it.service_id + 2, it.name + "/option/hcx", &it, true});
  }
  return list;
}

std::int64_t order::cents() const {
  const auto monthly = std::accumulate(
      services.begin(), services.end(), std::int64_t{0},
      [](std::int64_t sum, const renewable& it) { return sum + it.monthly_cents(); });
  return monthly * months_of(duration);
}

order& order_store::place(order placed) {
  for (auto& it : placed.services)
    it.owner = nullptr; // would dangle after the fleet was replaced
  placed.id = 200'000'001 + static_cast<std::int64_t>(orders_.size());
  orders_.push_back(std::move(placed));
  return orders_.back();
}

order* order_store::find(std::int64_t id) {
  const auto found = std::ranges::find(orders_, id, &order::id);
  return found == orders_.end() ? nullptr : &*found;
}

void order_store::read_status(order& it, fleet& all) {
  if (it.status == "checking")
    move(it, "delivering", all);
  else if (it.status == "delivering")
    move(it, "delivered", all);
}

void order_store::move(order& it, std::string_view status, fleet& all) {
  const bool delivered_now = status == "delivered" && it.status != "delivered";
  it.status = status;
  if (delivered_now) prolong(it, all);
}

json::object price_object(std::int64_t cents) {
  return {{"currencyCode", "EUR"},
          {"priceInUcents", cents * 1'000'000},
          {"text", fmt::format("{}.{:02} €", cents / 100, cents % 100)},
          {"value", static_cast<double>(cents) / 100}};
}

json::object order_object(const order& it) {
  const auto url = [&](std::string_view kind) {
    return fmt::format(
        "https://www.ovh.com/cgi-bin/order/{}.cgi?orderId={}&orderPassword=5imOrderPw{}", kind,
        it.id, it.id);
  };
  return {{"date", timestamp(it.created)},
          {"expirationDate", timestamp(it.created + std::chrono::days(14))},
          {"orderId", it.id == 0 ? json::value() : json::value(it.id)},
          {"password", fmt::format("5imOrderPw{}", it.id)},
          {"pdfUrl", url("displayOrderPdf")},
          {"priceWithTax", price_object(with_tax(it.cents()))},
          {"priceWithoutTax", price_object(it.cents())},
          {"retractionDate", nullptr},
          {"tax", price_object(with_tax(it.cents()) - it.cents())},
          {"url", url("displayOrder")}};
}

std::int64_t detail_id(const order& it, std::size_t index) {
  return it.id * 10 + static_cast<std::int64_t>(index);
}

json::object order_detail(const order& it, std::size_t index) {
  const auto& renewed = it.services[index];
  const auto price = renewed.monthly_cents() * months_of(it.duration);
  return {{"cancelled", it.status == "cancelled"},
          {"description", fmt::format("Renewal of {} for {}", renewed.name, it.duration)},
          {"detailType", "RENEW"},
          {"domain", renewed.name},
          {"orderDetailId", detail_id(it, index)},
          {"quantity", "1"},
          {"totalPrice", price_object(price)},
          {"unitPrice", price_object(price)}};
}

json::object service_listing(const renewable& it) {
  const auto& owner = *it.owner;
  json::object renew{{"dayOfMonth", nullptr},
                     {"interval", "P1M"},
                     {"mode", it.option ? "option" : "manual"},
                     {"possibleIntervals", json::array{"P1M", "P3M", "P6M", "P1Y"}},
                     {"possibleModes", json::array{"manual", "automaticV2016"}}};
  json::object route{
      {"path", "/dedicatedCloud/{serviceName}"},
      {"url", "/dedicatedCloud/" + owner.name},
      {"vars", json::array{json::object{{"key", "serviceName"}, {"value", owner.name}}}}};
  if (it.option) route = {{"path", nullptr}, {"url", nullptr}, {"vars", json::array()}};
  return {{"creationDate", "2020-01-15"},
          {"details", json::array()},
          {"engagementDate", nullptr},
          {"expirationDate", date_text(owner.expiration)},
          {"nextBillingDate", date_text(owner.expiration)},
          {"plan", json::object{{"code", it.option ? "pcc-option" : "pcc-premier"},
                                {"product", json::object{{"name", "privateCloud"}}}}},
          {"quantity", 1},
          {"renew", std::move(renew)},
          {"resource", json::object{{"displayName", it.name}, {"name", it.name}, {"state", "ok"}}},
          {"route", std::move(route)},
          {"state", owner.expired ? "expired" : "ok"}};
}

namespace {

json::object strategy(const std::vector<renewable>& together, std::string_view duration) {
  order priced;
  priced.duration = duration;
  priced.services = together;
  json::array ids, details;
  for (const auto& it : together) {
    ids.push_back(it.id);
    details.push_back(json::object{{"serviceId", it.id},
                                   {"serviceName", it.name},
                                   {"serviceType", it.option ? "option" : "privateCloud"}});
  }
  auto price = price_object(priced.cents());
  price.erase("priceInUcents"); // not in this section's order.Price
  return {{"price", std::move(price)},
          {"priceInUcents", priced.cents() * 1'000'000},
          {"services", std::move(ids)},
          {"servicesDetails", std::move(details)}};
}

} // namespace

json::array renewal_offers(const renewable& it, const std::vector<renewable>& options) {
  json::array offers;
  for (const auto& offered : periods) {
    json::array strategies{strategy({it}, offered.text)};
    if (!options.empty()) {
      std::vector<renewable> together{it};
      together.insert(together.end(), options.begin(), options.end());
      strategies.push_back(strategy(together, offered.text));
    }
    offers.push_back(
        json::object{{"renewPeriod", offered.text}, {"strategies", std::move(strategies)}});
  }
  return offers;
}

} // namespace ovhl::sim
