#include "ovh/api/auth.hpp"

#include "json/json_writer.hpp"
#include "ovh/http/request_head.hpp"

#include <utility>

namespace ovhl::ovh {

credential_reader::credential_reader() {
  expiration_.arrived = [this] {
    facts.expiration = parse_timestamp(expiration_.text);
    if (!facts.expiration) refuse("expected a point in time");
  };
  status_.arrived = [this] { facts.status = status_.text; };
  rule_.arrived = [this] { facts.rules.push_back({method_.text, path_.text}); };
  read(object_);
}

awaitable<result<credential_facts>> get_current_credential(client& api, steady_point deadline) {
  credential_reader body;
  const auto got = co_await ask(api, "/auth/currentCredential", body, deadline);
  if (!got) co_return got.error();
  co_return std::move(body.facts);
}

credential_asked_reader::credential_asked_reader() {
  key_.text.reserve(1024); // growing would leave copies behind
  key_.arrived = [this] {
    if (key_.text.empty() || !plain_value(key_.text)) refuse("expected a key");
  };
  read(object_);
}
credential_asked_reader::~credential_asked_reader() { wipe(key_.text); }

awaitable<result<credential_asked>> ask_for_credential(client& api, std::string application_key,
                                                       std::vector<access_rule> rules,
                                                       steady_point deadline) {
  request r;
  r.path = "/auth/credential";
  r.authenticated = false;
  r.headers.push_back({"X-Ovh-Application", std::move(application_key)});
  json_writer out(r.body);
  out.begin_object().key("accessRules").begin_array();
  for (const access_rule& rule : rules)
    out.begin_object().member("method", rule.method).member("path", rule.path).end_object();
  out.end_array().end_object();

  credential_asked_reader body;
  const posted did = co_await api.post(std::move(r), body, deadline);
  if (!did.got) co_return did.got.error();
  credential_asked asked;
  asked.consumer_key = body.consumer_key();
  asked.validation_url = body.validation_url();
  co_return asked;
}

} // namespace ovhl::ovh
