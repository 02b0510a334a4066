// /service and /me: when services expire, what their renewal costs, and the orders that renew them.
#include "simulator/listing.hpp"
#include "simulator/routes.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace ovhl::sim {

namespace {

namespace json = boost::json;

constexpr std::int64_t payment_method = 1234;

renewable renewable_of(call& c) {
  const auto all = renewables(c.w.fleet);
  const auto found = std::ranges::find(all, c.number("serviceId"), &renewable::id);
  if (found == all.end()) no_such("serviceId", c.text("serviceId"));
  return *found;
}

std::vector<renewable> options_of(call& c, const renewable& it) {
  auto all = renewables(c.w.fleet);
  std::erase_if(all, [&](const renewable& other) {
    return !other.option || it.option || other.owner != it.owner;
  });
  return all;
}

// ---- /service ----

reply list_renewables(call& c) {
  const auto all = renewables(c.w.fleet);
  return listing(
      c, all.size(), [&](std::string& out, std::size_t i) { out += std::to_string(all[i].id); },
      [&](std::string& out, std::size_t i) { out += json::serialize(service_listing(all[i])); });
}

reply get_renewable(call& c) { return json_reply(service_listing(renewable_of(c))); }

reply get_offers(call& c) {
  const auto it = renewable_of(c);
  const auto* const with_options = c.queried("includeOptions");
  const bool wanted = with_options && *with_options == "true";
  return json_reply(renewal_offers(it, wanted ? options_of(c, it) : std::vector<renewable>()));
}

reply renew(call& c) {
  const auto it = renewable_of(c);
  order wanted;
  wanted.duration = c.body.at("duration").as_string();
  wanted.created = c.w.second();
  if (months_of(wanted.duration) == 0)
    throw refusal{400, "Client::BadRequest",
                  fmt::format("[duration] {} is not offered", wanted.duration)};
  // A service is renewed alone or together with all of its options.
  const auto ids = json::value_to<std::set<std::int64_t>>(c.body.at("services"));
  wanted.services = options_of(c, it);
  std::set<std::int64_t> together{it.id};
  for (const auto& option : wanted.services)
    together.insert(option.id);
  if (ids != together) wanted.services.clear();
  if (ids != together && ids != std::set{it.id})
    throw refusal{400, "Client::BadRequest",
                  "[services] These services cannot be renewed together"};
  wanted.services.insert(wanted.services.begin(), it);
  const auto* const dry = c.body.if_contains("dryRun");
  if (dry && dry->is_bool() && dry->get_bool()) return json_reply(order_object(wanted));
  return json_reply(order_object(c.w.orders.place(std::move(wanted))));
}

// ---- /me ----

reply get_me(call&) {
  json::object me;
  for (const auto* absent : {"area", "birthCity", "birthDay", "companyNationalIdentificationNumber",
                             "complementaryAddress", "corporationType", "customerCode", "fax",
                             "italianSDI", "nationalIdentificationNumber", "phone", "phoneCountry",
                             "phoneType", "purposeOfPurchase", "sex", "spareEmail", "vat"})
    me[absent] = nullptr;
  const json::object present{{"address", "1 rue de la Simulation"},
                             {"city", "Roubaix"},
                             {"country", "FR"},
                             {"email", "admin@example.com"},
                             {"firstname", "Sim"},
                             {"kycValidated", true},
                             {"language", "en_GB"},
                             {"legalform", "corporation"},
                             {"name", "Ulator"},
                             {"nichandle", "sim1-ovh"},
                             {"organisation", "Example"},
                             {"ovhCompany", "ovh"},
                             {"ovhSubsidiary", "FR"},
                             {"state", "complete"},
                             {"zip", "59100"}};
  for (const auto& [name, value] : present)
    me[name] = value;
  me["currency"] = json::object{{"code", "EUR"}, {"symbol", "€"}};
  return json_reply(me);
}

order& order_of(call& c) {
  auto* const found = c.w.orders.find(c.number("orderId"));
  if (!found) no_such("orderId", c.text("orderId"));
  return *found;
}

reply list_orders(call& c) {
  const auto* const from = c.queried("date.from");
  const auto* const to = c.queried("date.to");
  std::vector<const order*> matching;
  for (const auto& it : c.w.orders.all())
    if ((!from || it.created >= parse_timestamp(*from)) &&
        (!to || it.created <= parse_timestamp(*to)))
      matching.push_back(&it);
  return listing(
      c, matching.size(),
      [&](std::string& out, std::size_t i) { out += std::to_string(matching[i]->id); },
      [&](std::string& out, std::size_t i) { out += json::serialize(order_object(*matching[i])); });
}

reply get_order(call& c) { return json_reply(order_object(order_of(c))); }

reply get_order_status(call& c) {
  auto& it = order_of(c);
  auto answer = json_reply(json::value(it.status));
  c.w.orders.read_status(it, c.w.fleet);
  return answer;
}

reply list_order_details(call& c) {
  const auto& it = order_of(c);
  return listing(
      c, it.services.size(),
      [&](std::string& out, std::size_t i) { out += std::to_string(detail_id(it, i)); },
      [&](std::string& out, std::size_t i) { out += json::serialize(order_detail(it, i)); });
}

reply get_order_detail(call& c) {
  const auto& it = order_of(c);
  for (std::size_t i = 0; i < it.services.size(); ++i)
    if (detail_id(it, i) == c.number("orderDetailId")) return json_reply(order_detail(it, i));
  no_such("orderDetailId", c.text("orderDetailId"));
}

reply list_order_means(call& c) {
  order_of(c);
  return json_reply(json::array{json::object{{"paymentMean", "paypal"}},
                                json::object{{"paymentMean", "creditCard"}}});
}

reply pay(call& c) {
  auto& it = order_of(c);
  const std::string_view mean = c.body.at("paymentMean").as_string();
  const auto* const id = c.body.if_contains("paymentMeanId");
  if (mean != "paypal" && mean != "creditCard")
    throw refusal{400, "Client::BadRequest",
                  fmt::format("[paymentMean] {} is not registered", mean)};
  if (id && id->is_int64() && id->get_int64() != payment_method)
    throw refusal{404, "Client::NotFound", "This payment mean does not exist"};
  if (++it.payments > 1) {
    c.w.object_to(fmt::format("payment of order {}: it is paid already", it.id));
    throw refusal{409, "Client::Conflict", "This order is already paid"};
  }
  if (it.status != "notPaid") throw refusal{409, "Client::Conflict", "This order cannot be paid"};
  c.w.orders.move(it, "checking", c.w.fleet);
  return text_reply("null");
}

json::object payment_object() {
  return {{"billingContactId", nullptr},
          {"creationDate", "2020-01-15T10:00:00+00:00"},
          {"default", true},
          {"description", "the company's"},
          {"expirationDate", nullptr},
          {"formSessionId", nullptr},
          {"icon", json::object{{"data", nullptr}, {"name", "paypal"}, {"url", nullptr}}},
          {"integration", "NONE"},
          {"label", "admin@example.com"},
          {"lastUpdate", "2020-01-15T10:00:00+00:00"},
          {"merchantId", nullptr},
          {"oneclick", nullptr},
          {"paymentMeanId", payment_method},
          {"paymentMethodId", payment_method},
          {"paymentSubType", nullptr},
          {"paymentType", "PAYPAL"},
          {"status", "VALID"}};
}

reply list_payment_methods(call& c) {
  const auto fits = [&](std::string_view key, std::string_view value) {
    const auto* const wanted = c.queried(key);
    return !wanted || *wanted == value;
  };
  const bool listed =
      fits("default", "true") && fits("paymentType", "PAYPAL") && fits("status", "VALID");
  return listing(
      c, listed ? 1 : 0,
      [](std::string& out, std::size_t) { out += std::to_string(payment_method); },
      [](std::string& out, std::size_t) { out += json::serialize(payment_object()); });
}

reply get_payment_method(call& c) {
  if (c.number("paymentMethodId") != payment_method)
    no_such("paymentMethodId", c.text("paymentMethodId"));
  return json_reply(payment_object());
}

} // namespace

std::span<const route> renewal_routes() {
  static const route routes[] = {
      {"GET", "/service", "account:apiovh:service/get", list_renewables},
      {"GET", "/service/{serviceId}", "account:apiovh:service/get", get_renewable},
      {"GET",
       "/service/{serviceId}/renew",
       "account:apiovh:service/renew/get",
       get_offers,
       {{"includeOptions", "boolean"}}},
      {"POST",
       "/service/{serviceId}/renew",
       "account:apiovh:service/renew/create",
       renew,
       {},
       {{"dryRun", "boolean"}, {"duration", "duration", true}, {"services", "long[]", true}}},
      {"GET", "/me", "account:apiovh:me/get", get_me},
      {"GET",
       "/me/order",
       "account:apiovh:me/order/get",
       list_orders,
       {{"date.from", "datetime"}, {"date.to", "datetime"}}},
      {"GET", "/me/order/{orderId}", "account:apiovh:me/order/get", get_order},
      {"GET", "/me/order/{orderId}/status", "account:apiovh:me/order/status/get", get_order_status},
      {"GET", "/me/order/{orderId}/details", "account:apiovh:me/order/details/get",
       list_order_details},
      {"GET", "/me/order/{orderId}/details/{orderDetailId}", "account:apiovh:me/order/details/get",
       get_order_detail},
      {"GET", "/me/order/{orderId}/availableRegisteredPaymentMean",
       "account:apiovh:me/order/availableRegisteredPaymentMean/get", list_order_means},
      {"POST",
       "/me/order/{orderId}/payWithRegisteredPaymentMean",
       "account:apiovh:me/order/payWithRegisteredPaymentMean",
       pay,
       {},
       {{"paymentMean", "billing.ReusablePaymentMeanEnum", true}, {"paymentMeanId", "long"}}},
      {"GET",
       "/me/payment/method",
       "account:apiovh:me/payment/method/get",
       list_payment_methods,
       {{"default", "boolean"},
        {"paymentType", "string"},
        {"status", "me.payment.method.StatusEnum"}}},
      {"GET", "/me/payment/method/{paymentMethodId}", "account:apiovh:me/payment/method/get",
       get_payment_method},
  };
  return routes;
}

} // namespace ovhl::sim
