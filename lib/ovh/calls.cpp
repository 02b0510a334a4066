#include "ovh/calls.hpp"

#include "ovh/answers.hpp"
#include "ovh/percent.hpp"

namespace ovhl::ovh {

using loop::steady_point;

namespace {

awaitable<result<answer>> ask(client& api, std::string path, json_reader& body,
                              steady_point deadline) {
  request r;
  r.path = std::move(path);
  co_return co_await api.get(std::move(r), body, deadline);
}

std::string below(const std::string& service, std::string_view rest = {}) {
  return "/dedicatedCloud/" + percent_encoded(service) + std::string(rest);
}

} // namespace

awaitable<result<std::vector<std::string>>> list_services(client& api, steady_point deadline) {
  texts_reader body;
  const auto got = co_await ask(api, "/dedicatedCloud", body, deadline);
  if (!got) co_return got.error();
  co_return std::move(body.values);
}

awaitable<result<std::vector<std::int64_t>>> list_datacenters(client& api, std::string service,
                                                              steady_point deadline) {
  ids_reader body(json_reader::small_body);
  const auto got = co_await ask(api, below(service, "/datacenter"), body, deadline);
  if (!got) co_return got.error();
  co_return std::move(body.values);
}

awaitable<result<service_facts>> get_service(client& api, std::string service,
                                             steady_point deadline) {
  service_reader body;
  const auto got = co_await ask(api, below(service), body, deadline);
  if (!got) co_return got.error();
  co_return body.facts();
}

awaitable<result<day>> get_expiration(client& api, std::string service, steady_point deadline) {
  expiration_reader body;
  const auto got = co_await ask(api, below(service, "/serviceInfos"), body, deadline);
  if (!got) co_return got.error();
  co_return body.expiration;
}

awaitable<result<credential_facts>> get_current_credential(client& api, steady_point deadline) {
  credential_reader body;
  const auto got = co_await ask(api, "/auth/currentCredential", body, deadline);
  if (!got) co_return got.error();
  co_return std::move(body.facts);
}

} // namespace ovhl::ovh
