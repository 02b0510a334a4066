#include "ovh/calls.hpp"

#include "json/json_writer.hpp"
#include "ovh/answers.hpp"
#include "ovh/percent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ovhl::ovh {

using loop::steady_point;

namespace {

awaitable<result<answer>> ask(client& api, std::string path, json_reader& body,
                              steady_point deadline) {
  request r;
  r.path = std::move(path);
  co_return co_await api.get(std::move(r), body, deadline);
}

// What a correction is decided by comes from no cache.
awaitable<result<answer>> ask_afresh(client& api, std::string path, json_reader& body,
                                     steady_point deadline) {
  request r;
  r.path = std::move(path);
  r.headers.push_back({"Pragma", "no-cache"});
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

awaitable<result<service_term>> get_term(client& api, std::string service, steady_point deadline) {
  term_reader body;
  const auto got = co_await ask(api, below(service, "/serviceInfos"), body, deadline);
  if (!got) co_return got.error();
  co_return body.term();
}

namespace {

std::string path_of(const licensing::place& where, std::int64_t vm, std::string_view action = {}) {
  return below(where.service, fmt::format("/datacenter/{}/vm/{}{}", where.datacenter, vm, action));
}

awaitable<result<std::vector<std::int64_t>>> ids_at(client& api, std::string path,
                                                    steady_point deadline) {
  ids_reader body(json_reader::small_body);
  const auto got = co_await ask_afresh(api, std::move(path), body, deadline);
  if (!got) co_return got.error();
  co_return std::move(body.values);
}

task_begun::doubt doubt_of(const posted& did) {
  if (did.got) return task_begun::doubt::none;
  if (!did.sent) return task_begun::doubt::unsent;
  return did.refused ? task_begun::doubt::refused : task_begun::doubt::lost;
}

using last_word = std::function<std::optional<error>()>;

awaitable<task_begun> begin_task(client& api, std::string path, std::string sent,
                                 steady_point deadline, last_word last) {
  task_reader body;
  request r;
  r.path = std::move(path);
  r.body = std::move(sent);
  r.last_word = std::move(last);
  posted did = co_await api.post(std::move(r), body, deadline);
  task_begun out;
  out.how = doubt_of(did);
  out.query_id = did.got ? std::move(did.got->query_id) : did.got.error().query_id;
  if (did.got)
    out.task = std::move(body.facts);
  else
    out.task = std::move(did.got).error();
  co_return out;
}

} // namespace

awaitable<result<std::shared_ptr<const single_vm>>> get_vm(client& api, licensing::place where,
                                                           std::int64_t vm, steady_point deadline) {
  const auto out = std::make_shared<single_vm>();
  vm_reader body(out->texts);
  body.expected = vm;
  const auto got = co_await ask_afresh(api, path_of(where, vm), body, deadline);
  if (!got) co_return got.error();
  out->vm = body.vm;
  co_return std::shared_ptr<const single_vm>(out);
}

void licensed_vm::tell_of(licensing::vm& v) const {
  v.listed = true;
  v.listed_license = license;
  v.reported_guest_os_family = reported_guest_os_family;
  v.listed_differently = differently;
}

void licensed_list::tell_of(licensing::vm& v) const {
  const auto found = std::ranges::lower_bound(vms, v.id, {}, &licensed_vm::id);
  if (found != vms.end() && found->id == v.id) found->tell_of(v);
}

awaitable<result<licensed_list>> list_licensed(client& api, licensing::place where,
                                               steady_point deadline) {
  licensed_list list;
  licensed_reader body(list.texts, list.vms);
  std::string path =
      below(where.service, fmt::format("/datacenter/{}/vmLicensed", where.datacenter));
  const auto got = co_await ask_afresh(api, std::move(path), body, deadline);
  if (!got) co_return got.error();
  if (got->pagination_elements && *got->pagination_elements != std::ssize(list.vms)) {
    error e;
    e.kind = failure::answer;
    e.where = fmt::format("account {}: vmLicensed of {}, datacenter {}", api.account(),
                          where.service, where.datacenter);
    e.message = fmt::format("{} of {} VMs arrived", list.vms.size(), *got->pagination_elements);
    e.query_id = got->query_id;
    co_return e;
  }
  put_in_order(list.vms);
  co_return std::move(list);
}

awaitable<result<std::vector<std::int64_t>>>
list_tasks(client& api, std::string service, std::string_view state, steady_point deadline) {
  return ids_at(api, below(service, "/task?state=" + percent_encoded(state)), deadline);
}

awaitable<result<task_facts>> get_task(client& api, std::string service, std::int64_t task,
                                       steady_point deadline) {
  task_reader body;
  body.expected = task;
  const auto got =
      co_await ask_afresh(api, below(service, fmt::format("/task/{}", task)), body, deadline);
  if (!got) co_return got.error();
  co_return std::move(body.facts);
}

awaitable<task_begun> set_license(client& api, licensing::place where, std::int64_t vm,
                                  std::string license, bool bypass_guest_os_family_check,
                                  steady_point deadline, last_word last) {
  std::string body;
  json_writer(body)
      .begin_object()
      .member("kmsLicense", license)
      .member("bypassGuestOsFamilyCheck", bypass_guest_os_family_check)
      .end_object();
  return begin_task(api, path_of(where, vm, "/setLicense"), std::move(body), deadline,
                    std::move(last));
}

awaitable<task_begun> remove_license(client& api, licensing::place where, std::int64_t vm,
                                     steady_point deadline, last_word last) {
  return begin_task(api, path_of(where, vm, "/removeLicense"), {}, deadline, std::move(last));
}

awaitable<result<credential_facts>> get_current_credential(client& api, steady_point deadline) {
  credential_reader body;
  const auto got = co_await ask(api, "/auth/currentCredential", body, deadline);
  if (!got) co_return got.error();
  co_return std::move(body.facts);
}

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

awaitable<std::vector<error>> try_lists(client& api, licensing::place where,
                                        steady_point deadline) {
  std::vector<error> failed;
  for (const char* list : {"vm", "vmLicensed"}) {
    any_list_reader body;
    const auto got = co_await ask(
        api, below(where.service, fmt::format("/datacenter/{}/{}", where.datacenter, list)), body,
        deadline);
    if (!got) failed.push_back(got.error());
  }
  co_return failed;
}

} // namespace ovhl::ovh
