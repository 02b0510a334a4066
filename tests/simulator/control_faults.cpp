// Controls faults, and shows the request log and violations.
#include "simulator/control_routes.hpp"

namespace ovhl::sim {

namespace {

namespace json = boost::json;

json::value get_faults(const control_request& it) {
  return each(it.w.faults.armed(), [](const fault& f) { return to_json(f); });
}

json::value post_faults(const control_request& it) {
  const auto body = json::parse(it.text);
  if (body.is_array())
    for (const auto& element : body.get_array())
      it.w.faults.arm(fault_from(element.as_object()));
  else
    it.w.faults.arm(fault_from(body.as_object()));
  return get_faults(it);
}

json::value delete_faults(const control_request& it) {
  it.w.faults.clear();
  return done();
}

json::value get_requests(const control_request& it) {
  return each(it.w.log.entries(), [](const logged_request& entry) { return to_json(entry); });
}

json::value delete_requests(const control_request& it) {
  it.w.log.clear();
  return done();
}

json::value get_violations(const control_request& it) {
  return each(it.w.conduct.violations, [](const std::string& words) { return json::value(words); });
}

json::value delete_violations(const control_request& it) {
  it.w.conduct.violations.clear();
  return done();
}

} // namespace

std::span<const control_route> fault_controls() {
  static constexpr control_route routes[] = {
      {"GET", "/faults", get_faults},
      {"POST", "/faults", post_faults},
      {"DELETE", "/faults", delete_faults},
      {"GET", "/requests", get_requests},
      {"DELETE", "/requests", delete_requests},
      {"GET", "/violations", get_violations},
      {"DELETE", "/violations", delete_violations},
  };
  return routes;
}

} // namespace ovhl::sim
