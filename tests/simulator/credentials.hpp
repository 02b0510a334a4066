// Who may request what: application credentials with their access rules, OAuth2 tokens, and actions
// that IAM refuses.
#pragma once

#include "base/glob.hpp"
#include "base/timestamp.hpp"
#include "simulator/http.hpp"
#include "simulator/simulator.hpp"

#include <boost/json/array.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::sim {

struct access_rule {
  std::string method;
  glob path; // below /1.0
};

struct consumer_credential {
  std::int64_t id = 0;
  std::string consumer_key;
  std::string status = "validated"; // auth.CredentialStateEnum
  std::optional<instant> expiration;
  std::vector<access_rule> rules;
  instant created{};
  std::string validation_token; // in the URL that a person opens; empty after it was used

  bool grants(std::string_view method, std::string_view path) const;
};

boost::json::array rules_json(const std::vector<access_rule>&);

enum class principal_kind : std::uint8_t { nobody, application, oauth2, token };
std::string_view name(principal_kind);

struct principal {
  principal_kind kind = principal_kind::nobody;
  consumer_credential* credential = nullptr; // of an application
};

class credential_store {
 public:
  explicit credential_store(accepted_credentials accepted);

  // Sets `who`, or returns the refusal. `url` is the one that the client signed.
  std::optional<reply> authenticate(const request&, const std::string& url, instant now,
                                    principal& who);
  // Returns the refusal, if any. `path` is below /1.0 and has no query.
  std::optional<reply> authorize(const principal&, std::string_view method, std::string_view path,
                                 std::string_view action) const;
  bool knows_application(std::string_view key) const { return key == accepted_.application_key; }

  reply token(const request&, instant now); // POST /auth/oauth2/token

  consumer_credential& ask(std::vector<access_rule> rules, instant now);
  // Called when the person opens the validation URL; false: there is no such token.
  bool validate(std::string_view validation_token);

  consumer_credential* find(std::int64_t id);
  const std::vector<consumer_credential>& all() const { return credentials_; }

  // Secrets that were issued, for searching output.
  std::vector<std::string> issued_tokens() const;
  std::vector<std::string> issued_consumer_keys() const;
  void revoke_tokens() { tokens_.clear(); }
  std::chrono::seconds token_lifetime{3600};
  std::vector<glob> denied_actions;

 private:
  struct issued_token {
    std::string value;
    instant expires;
  };
  std::optional<reply> check_application(const request&, const std::string& url, instant now,
                                         principal&);
  std::optional<reply> check_bearer(std::string_view token, instant now, principal&);
  std::string unguessable(std::string_view prefix);

  accepted_credentials accepted_;
  std::vector<consumer_credential> credentials_;
  std::vector<issued_token> tokens_;
  std::uint64_t made_ = 0;
};

} // namespace ovhl::sim
