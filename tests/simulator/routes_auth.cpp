// /auth: the time, and the caller's credentials.
#include "simulator/routes.hpp"
#include "simulator/types.hpp"

#include <boost/json/array.hpp>

namespace ovhl::sim {

namespace {

namespace json = boost::json;

reply get_time(call& c) {
  return text_reply(std::to_string(c.w.second().time_since_epoch().count()));
}

std::vector<access_rule> read_rules(const json::value& list) {
  const auto wrong = [] {
    return refusal{400, "Client::BadRequest", "[accessRules] a list of {method, path} is expected"};
  };
  if (!list.is_array()) throw wrong();
  std::vector<access_rule> rules;
  for (const auto& element : list.get_array()) {
    const auto* const rule = element.if_object();
    const auto* const method = rule ? rule->if_contains("method") : nullptr;
    const auto* const path = rule ? rule->if_contains("path") : nullptr;
    if (!method || !path || rule->size() != 2 || mistake_in_json("auth.HTTPMethodEnum", *method) ||
        !path->is_string() || !path->get_string().starts_with('/'))
      throw wrong();
    rules.push_back({std::string(method->get_string()), glob(std::string(path->get_string()))});
  }
  return rules;
}

reply ask_credential(call& c) {
  if (!c.w.credentials.knows_application(c.asked.header("x-ovh-application")))
    throw refusal{403, "Client::Forbidden", "Invalid application key", "INVALID_KEY"};
  const auto& asked = c.w.credentials.ask(read_rules(c.body.at("accessRules")), c.w.second());
  return json_reply(json::object{
      {"consumerKey", asked.consumer_key},
      {"state", asked.status},
      {"validationUrl", c.w.origin + "/auth/?credentialToken=" + asked.validation_token}});
}

reply get_current_credential(call& c) {
  if (!c.who.credential)
    throw refusal{403, "Client::Forbidden", "This call needs an application credential"};
  const auto& it = *c.who.credential;
  return json_reply(json::object{
      {"allowedIPs", nullptr},
      {"applicationId", 1},
      {"creation", timestamp(it.created)},
      {"credentialId", it.id},
      {"expiration", it.expiration ? json::value(timestamp(*it.expiration)) : json::value()},
      {"lastUse", timestamp(c.w.second())},
      {"ovhSupport", false},
      {"rules", rules_json(it.rules)},
      {"status", it.status}});
}

reply get_details(call& c) {
  const bool application = c.who.credential != nullptr;
  return json_reply(
      json::object{{"account", "sim1-ovh"},
                   {"allowedRoutes",
                    application ? json::value(rules_json(c.who.credential->rules)) : json::value()},
                   {"description", application ? "account" : "service account"},
                   {"identities",
                    json::array{application ? "urn:v1:eu:identity:account:sim1-ovh"
                                            : "urn:v1:eu:identity:credential:sim1-ovh/oauth2-5im"}},
                   {"method", application ? "account" : "oauth2_client_credentials"},
                   {"roles", json::array()},
                   {"user", nullptr}});
}

} // namespace

std::span<const route> auth_routes() {
  static const route routes[] = {
      {.method = "GET", .path = "/auth/time", .action = "", .answer = get_time, .open = true},
      {.method = "POST",
       .path = "/auth/credential",
       .action = "",
       .answer = ask_credential,
       .body = {{"accessRules", "any", true}, {"allowedIPs", "any"}, {"redirection", "string"}},
       .open = true},
      {"GET", "/auth/currentCredential", "", get_current_credential},
      {"GET", "/auth/details", "", get_details},
  };
  return routes;
}

} // namespace ovhl::sim
