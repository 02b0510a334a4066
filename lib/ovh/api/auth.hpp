// Credentials and what they allow: /auth. How to add a call: asking.hpp.
#pragma once

#include "base/secret.hpp"
#include "base/timestamp.hpp"
#include "ovh/api/asking.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ovhl::ovh {

struct access_rule {
  std::string method; // "GET"
  std::string path;   // "/dedicatedCloud/*"
};
struct credential_facts {
  std::string status; // "validated"
  std::optional<instant> expiration;
  std::vector<access_rule> rules;
};

// auth.ApiCredential
class credential_reader final : public json_reader {
 public:
  credential_reader();
  credential_facts facts;

 private:
  void forget() override { facts = {}; }
  json_place status_{json_type::text};
  json_place expiration_{json_type::text, presence::optional};
  json_place method_{json_type::text}, path_{json_type::text};
  json_place rule_{.type = json_type::object, .fields = {{"method", &method_}, {"path", &path_}}};
  json_place rules_{.type = json_type::list, .elements = {&rule_}};
  json_place object_{
      .type = json_type::object,
      .fields = {{"status", &status_}, {"expiration", &expiration_}, {"rules", &rules_}}};
};

// Only for application credentials; OAuth2 has nothing comparable.
awaitable<result<credential_facts>> get_current_credential(client&, steady_point deadline);

struct credential_asked {
  secret consumer_key;
  std::string validation_url; // where a person confirms it, once
};

// auth.ApiCredentialRequest
class credential_asked_reader final : public json_reader {
 public:
  credential_asked_reader();
  ~credential_asked_reader() override;
  secret consumer_key() const { return secret(key_.text); }
  const std::string& validation_url() const noexcept { return url_.text; }

 private:
  json_place key_{json_type::text}, url_{json_type::text};
  json_place object_{.type = json_type::object,
                     .fields = {{"consumerKey", &key_}, {"validationUrl", &url_}}};
};

// Requests, once, a consumer key with these access rules. The request is not signed: it needs the
// application key only, and the new key works only after a person has confirmed it.
awaitable<result<credential_asked>> ask_for_credential(client&, std::string application_key,
                                                       std::vector<access_rule>,
                                                       steady_point deadline);

} // namespace ovhl::ovh
