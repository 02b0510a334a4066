#include "simulator/types.hpp"

#include "base/text.hpp"
#include "base/timestamp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ovhl::sim {

namespace {

// The first ones, legacy_licenses in number, can be read but not set.
constexpr std::string_view licenses[] = {"OVHcloud managed",
                                         "unknown or unsupported license",
                                         "unlicensed windows guestos",
                                         "windows 2008 R2 Datacenter",
                                         "windows 2008 R2 Enterprise",
                                         "windows 2008 R2 Standard",
                                         "windows 2008 R2 Web",
                                         "windows 2012 Datacenter",
                                         "windows 2012 R2 Datacenter",
                                         "windows 2012 R2 Standard",
                                         "windows 2012 R2 Standard SQL2016 Standard",
                                         "windows 2012 R2 Standard SQL2016 Web",
                                         "windows 2012 Standard",
                                         "windows 2016 Datacenter",
                                         "windows 2016 Standard",
                                         "windows 2016 Standard SQL2016 Standard",
                                         "windows 2016 Standard SQL2016 Web",
                                         "windows 2019 Datacenter",
                                         "windows 2019 Datacenter Core",
                                         "windows 2019 Standard",
                                         "windows 2019 Standard Core",
                                         "windows 2019 Standard SQL2019 Standard",
                                         "windows 2019 Standard SQL2019 Web",
                                         "windows 2019 Standard SQL2022 Standard",
                                         "windows 2019 Standard SQL2022 Web",
                                         "windows 2022 Datacenter",
                                         "windows 2022 Datacenter Core",
                                         "windows 2022 Datacenter SQL2019 Standard",
                                         "windows 2022 Datacenter SQL2019 Web",
                                         "windows 2022 Datacenter SQL2022 Standard",
                                         "windows 2022 Datacenter SQL2022 Web",
                                         "windows 2022 Standard",
                                         "windows 2022 Standard Core",
                                         "windows 2022 Standard SQL2019 Standard",
                                         "windows 2022 Standard SQL2019 Web",
                                         "windows 2022 Standard SQL2022 Standard",
                                         "windows 2022 Standard SQL2022 Web",
                                         "windows 2025 Datacenter",
                                         "windows 2025 Datacenter Core",
                                         "windows 2025 Datacenter SQL2022 Enterprise",
                                         "windows 2025 Datacenter SQL2022 Standard",
                                         "windows 2025 Datacenter SQL2022 Web",
                                         "windows 2025 Standard",
                                         "windows 2025 Standard Core",
                                         "windows 2025 Standard SQL2022 Standard",
                                         "windows 2025 Standard SQL2022 Web"};
constexpr std::size_t legacy_licenses = 13;
constexpr std::string_view task_states[] = {
    "canceled",   "doing",    "done", "error",   "fixing",
    "toCancel",   "toCreate", "todo", "unknown", "waitingForChilds",
    "waitingTodo"};
constexpr std::string_view power_states[] = {"deleted", "poweredOff", "poweredOn", "suspended"};
constexpr std::string_view payment_means[] = {
    "CREDIT_CARD",     "CURRENT_ACCOUNT", "DEFERRED_PAYMENT_ACCOUNT",
    "DOMESTIC_CARD",   "ENTERPRISE",      "INTERNAL_TRUSTED_ACCOUNT",
    "PAYPAL",          "RUPAY",           "SEPA_DIRECT_DEBIT",
    "bankAccount",     "creditCard",      "deferredPaymentAccount",
    "fidelityAccount", "ovhAccount",      "paypal"};
constexpr std::string_view order_states[] = {"cancelled", "cancelling", "checking",
                                             "delivered", "delivering", "documentsRequested",
                                             "notPaid",   "unknown"};
constexpr std::string_view payment_states[] = {
    "CANCELED",    "CANCELING", "CREATED",  "CREATING", "ERROR", "EXPIRED",   "FAILED",
    "MAINTENANCE", "PAUSED",    "REJECTED", "REPLACED", "VALID", "VALIDATING"};
constexpr std::string_view methods[] = {"DELETE", "GET", "PATCH", "POST", "PUT"};
constexpr std::string_view credential_states[] = {"expired", "pendingValidation", "refused",
                                                  "validated"};

struct enumeration {
  std::string_view name;
  std::span<const std::string_view> members;
};

const enumeration enumerations[] = {
    {"dedicatedCloud.spla.KmsLicenseIncludingLegacyEnum", licenses},
    {"dedicatedCloud.spla.KmsLicenseEnum", std::span(licenses).subspan(legacy_licenses)},
    {"dedicatedCloud.TaskStateEnum", task_states},
    {"dedicatedCloud.virtualMachinePowerState", power_states},
    {"billing.ReusablePaymentMeanEnum", payment_means},
    {"billing.order.OrderStatusEnum", order_states},
    {"me.payment.method.StatusEnum", payment_states},
    {"auth.HTTPMethodEnum", methods},
    {"auth.CredentialStateEnum", credential_states},
};

std::string listed(std::span<const std::string_view> names) {
  return fmt::format("'{}'", fmt::join(names, "', '"));
}

// P1M, P1Y, P1DT12H: a P, then numbers each with its unit.
bool is_duration(std::string_view text) {
  if (text.size() < 3 || text[0] != 'P') return false;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto unit = [](char c) {
    return std::string_view("YMWDHS").find(c) != std::string_view::npos;
  };
  for (std::size_t i = 1; i < text.size(); ++i)
    if (!digit(text[i]) && text[i] != 'T' && !(unit(text[i]) && digit(text[i - 1]))) return false;
  return unit(text.back());
}

std::string ill_typed(std::string_view type, std::string_view value) {
  return fmt::format("'{}' is not of type {}", printable(value), type);
}

} // namespace

std::span<const std::string_view> members(std::string_view enum_name) {
  const auto* found = std::ranges::find(enumerations, enum_name, &enumeration::name);
  return found == std::end(enumerations) ? std::span<const std::string_view>() : found->members;
}

bool is_member(std::string_view enum_name, std::string_view value) {
  return std::ranges::find(members(enum_name), value) != members(enum_name).end();
}

std::optional<std::int64_t> parse_long(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::string> mistake_in_text(std::string_view type, std::string_view value) {
  if (const auto names = members(type); !names.empty()) {
    if (std::ranges::find(names, value) != names.end()) return std::nullopt;
    return fmt::format("'{}' is not one of {}", printable(value), listed(names));
  }
  const bool right = type == "long"       ? parse_long(value).has_value()
                     : type == "boolean"  ? value == "true" || value == "false"
                     : type == "datetime" ? parse_timestamp(value).has_value()
                     : type == "duration" ? is_duration(value)
                                          : true;
  return right ? std::nullopt : std::optional(ill_typed(type, value));
}

std::optional<std::string> mistake_in_json(std::string_view type, const boost::json::value& value) {
  const auto is_long = [](const boost::json::value& v) { return v.is_int64(); };
  if (type == "any") return std::nullopt;
  if (type == "long" || type == "boolean" || type == "long[]") {
    const bool right = type == "long" ? is_long(value)
                       : type == "boolean"
                           ? value.is_bool()
                           : value.is_array() && std::ranges::all_of(value.get_array(), is_long);
    return right ? std::nullopt
                 : std::optional(fmt::format("a value of type {} is expected", type));
  }
  if (!value.is_string()) return fmt::format("a value of type {} is expected", type);
  return mistake_in_text(type, value.get_string());
}

namespace {

struct product {
  std::string_view guest_os;
  std::string_view license;
};

constexpr product products[] = {
    {"windows2022srvNext_64Guest", "windows 2025 Standard"},
    {"windows2019srvNext_64Guest", "windows 2022 Standard"},
    {"windows2019srv_64Guest", "windows 2019 Standard"},
    {"windows9Server64Guest", "windows 2016 Standard"},
};

constexpr std::string_view year_of(std::string_view license) {
  return license.substr(0, std::string_view("windows 2019").size());
}

} // namespace

bool is_windows(std::string_view guest_os_family) {
  return equal_ignoring_case(guest_os_family.substr(0, 3), "win");
}

bool fits(std::string_view license, std::string_view guest_os_family) {
  // Old hosts do not know newer guest OSes than Windows 2016 and use its id for all of them.
  if (guest_os_family == "windows9Server64Guest") return true;
  const auto usual = usual_license(guest_os_family);
  return !usual.empty() && year_of(usual) == year_of(license);
}

std::string_view usual_license(std::string_view guest_os_family) {
  const auto* found = std::ranges::find(products, guest_os_family, &product::guest_os);
  return found == std::end(products) ? std::string_view() : found->license;
}

} // namespace ovhl::sim
