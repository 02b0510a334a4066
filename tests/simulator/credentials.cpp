#include "simulator/credentials.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"
#include "simulator/types.hpp"

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace ovhl::sim {

namespace {

constexpr auto tolerance = std::chrono::seconds(30);

reply forbidden(std::string message, std::string_view error_code) {
  return refused({403, "Client::Forbidden", std::move(message), error_code});
}

reply login_first() { return refused({401, "Client::Unauthorized", "You must login first"}); }

} // namespace

std::string_view name(principal_kind kind) {
  switch (kind) {
  case principal_kind::application: return "application";
  case principal_kind::oauth2: return "oauth2";
  case principal_kind::token: return "token";
  case principal_kind::nobody: break;
  }
  return "";
}

bool consumer_credential::grants(std::string_view method, std::string_view path) const {
  return std::ranges::any_of(rules, [&](const access_rule& rule) {
    return rule.method == method && rule.path.matches(path);
  });
}

boost::json::array rules_json(const std::vector<access_rule>& rules) {
  boost::json::array list;
  for (const auto& rule : rules)
    list.push_back(boost::json::object{{"method", rule.method}, {"path", rule.path.pattern()}});
  return list;
}

credential_store::credential_store(accepted_credentials accepted) : accepted_(std::move(accepted)) {
  consumer_credential given;
  given.id = 1;
  given.consumer_key = accepted_.consumer_key;
  for (const auto method : members("auth.HTTPMethodEnum"))
    given.rules.push_back({std::string(method), glob("/*")});
  credentials_.push_back(std::move(given));
}

std::optional<reply> credential_store::authenticate(const request& asked, const std::string& url,
                                                    instant now, principal& who) {
  constexpr std::string_view bearer = "Bearer ";
  const auto authorization = asked.header("authorization");
  if (authorization.starts_with(bearer))
    return check_bearer(authorization.substr(bearer.size()), now, who);
  if (!authorization.empty() || asked.header("x-ovh-application").empty()) return login_first();
  return check_application(asked, url, now, who);
}

std::optional<reply> credential_store::check_application(const request& asked,
                                                         const std::string& url, instant now,
                                                         principal& who) {
  if (!knows_application(asked.header("x-ovh-application")))
    return forbidden("Invalid application key", "INVALID_KEY");
  const auto consumer = asked.header("x-ovh-consumer");
  if (consumer.empty()) return login_first();
  const auto found = std::ranges::find(credentials_, consumer, &consumer_credential::consumer_key);
  if (found == credentials_.end())
    return forbidden("This credential does not exist", "NOT_CREDENTIAL");

  const auto written = asked.header("x-ovh-timestamp");
  const auto seconds = parse_long(written);
  if (!seconds)
    return refused({400, "Client::BadRequest", "Missing or invalid header X-Ovh-Timestamp",
                    "INVALID_TIMESTAMP"});
  const auto sum = "$1$" + sha1({accepted_.application_secret, "+", consumer, "+", asked.method,
                                 "+", url, "+", asked.body, "+", written});
  if (asked.header("x-ovh-signature") != sum)
    return refused({400, "Client::BadRequest", "Invalid signature", "INVALID_SIGNATURE"});
  if (std::chrono::abs(instant(std::chrono::seconds(*seconds)) - now) > tolerance)
    return refused({400, "Client::BadRequest", "Query out of time", "QUERY_TIME_OUT"});

  const bool expired = found->expiration && *found->expiration <= now;
  if (found->status != "validated" || expired)
    return forbidden("This credential is not valid", "INVALID_CREDENTIAL");
  who = {principal_kind::application, &*found};
  return std::nullopt;
}

std::optional<reply> credential_store::check_bearer(std::string_view token, instant now,
                                                    principal& who) {
  if (token == accepted_.access_token) {
    who.kind = principal_kind::token;
    return std::nullopt;
  }
  const auto found = std::ranges::find(tokens_, token, &issued_token::value);
  if (found == tokens_.end() || found->expires <= now)
    return refused({401, "Client::Unauthorized", "Invalid or expired access token"});
  who.kind = principal_kind::oauth2;
  return std::nullopt;
}

std::optional<reply> credential_store::authorize(const principal& who, std::string_view method,
                                                 std::string_view path,
                                                 std::string_view action) const {
  if (who.kind == principal_kind::application) {
    if (who.credential->grants(method, path)) return std::nullopt;
    return forbidden("This call has not been granted", "NOT_GRANTED_CALL");
  }
  const bool denied =
      std::ranges::any_of(denied_actions, [&](const glob& g) { return g.matches(action); });
  if (!denied || action.empty()) return std::nullopt;
  refusal why{403, "Client::Forbidden::NotAuthorizedByIAM",
              "User not authorized to perform this request"};
  why.details["unauthorizedActionsByIAM"] = action;
  return refused(why);
}

reply credential_store::token(const request& asked, instant now) {
  const auto error = [](int status, std::string_view code) {
    auto answer = json_reply(boost::json::object{{"error", code}});
    answer.status = status;
    return answer;
  };
  const auto form = parse_form(asked.body);
  if (asked.method != "POST" || !form ||
      !asked.header("content-type").starts_with("application/x-www-form-urlencoded"))
    return error(400, "invalid_request");
  const auto value = [&](std::string_view key) {
    const auto found = std::ranges::find(*form, key, &std::pair<std::string, std::string>::first);
    return found == form->end() ? std::string_view() : std::string_view(found->second);
  };
  if (value("grant_type") != "client_credentials") return error(400, "unsupported_grant_type");
  if (value("client_id") != accepted_.client_id ||
      value("client_secret") != accepted_.client_secret)
    return error(401, "invalid_client");
  if (value("scope") != "all") return error(400, "invalid_scope");
  tokens_.push_back({unguessable("token"), now + token_lifetime});
  return json_reply(boost::json::object{{"access_token", tokens_.back().value},
                                        {"token_type", "Bearer"},
                                        {"expires_in", token_lifetime.count()},
                                        {"scope", "all"}});
}

consumer_credential& credential_store::ask(std::vector<access_rule> rules, instant now) {
  consumer_credential asked;
  asked.id = static_cast<std::int64_t>(credentials_.size()) + 1;
  asked.consumer_key = unguessable("consumer").substr(0, 32);
  asked.status = "pendingValidation";
  asked.rules = std::move(rules);
  asked.created = now;
  asked.validation_token = unguessable("validation");
  credentials_.push_back(std::move(asked));
  return credentials_.back();
}

bool credential_store::validate(std::string_view validation_token) {
  const auto found =
      std::ranges::find(credentials_, validation_token, &consumer_credential::validation_token);
  if (validation_token.empty() || found == credentials_.end()) return false;
  found->status = "validated";
  found->validation_token.clear();
  return true;
}

std::vector<std::string> credential_store::issued_tokens() const {
  std::vector<std::string> all;
  all.reserve(tokens_.size());
  for (const issued_token& token : tokens_)
    all.push_back(token.value);
  return all;
}

std::vector<std::string> credential_store::issued_consumer_keys() const {
  std::vector<std::string> all;
  for (const consumer_credential& it : credentials_)
    if (it.consumer_key != accepted_.consumer_key) all.push_back(it.consumer_key);
  return all;
}

consumer_credential* credential_store::find(std::int64_t id) {
  const auto found = std::ranges::find(credentials_, id, &consumer_credential::id);
  return found == credentials_.end() ? nullptr : &*found;
}

// The texts need not be secret, only different.
std::string credential_store::unguessable(std::string_view prefix) {
  return sha256(fmt::format("{}/{}/{}", accepted_.application_secret, prefix, ++made_));
}

} // namespace ovhl::sim
