#include "ovh/api/dedicated_cloud.hpp"

#include "json/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

namespace ovhl::ovh {

namespace {

std::string path_of(const licensing::place& where, std::int64_t vm, std::string_view action = {}) {
  return below(where.service, fmt::format("/datacenter/{}/vm/{}{}", where.datacenter, vm, action));
}

std::string_view interned(text_pool& texts, const json_place& p) {
  return p.known ? texts.intern(p.text) : std::string_view();
}

} // namespace

awaitable<result<std::vector<std::int64_t>>> list_datacenters(client& api, std::string service,
                                                              steady_point deadline) {
  ids_reader body(json_reader::small_body);
  const auto got = co_await ask(api, below(service, "/datacenter"), body, deadline);
  if (!got) co_return got.error();
  co_return std::move(body.values);
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

licensing::vm vm_places::vm_in(text_pool& texts) const {
  licensing::vm out;
  out.id = id_.integer;
  if (name_.known) out.name = texts.keep(name_.text);
  out.guest_os_family = interned(texts, guest_);
  out.license = interned(texts, license_);
  out.cluster = interned(texts, cluster_);
  out.folder = interned(texts, folder_);
  if (cpus_.known)
    out.cpus = static_cast<std::int32_t>(
        std::clamp<std::int64_t>(cpus_.integer, 0, std::numeric_limits<std::int32_t>::max()));
  if (power_.known)
    out.power = licensing::parse_power_state(power_.text).value_or(licensing::power_state::unknown);
  return out;
}

vm_page_reader::vm_page_reader(text_pool& texts, std::vector<licensing::vm>& to,
                               std::function<void()> on_vm)
    : json_reader(large_body), texts_(texts), to_(to), before_(to.size()) {
  vm_.object.arrived = [this, notify = std::move(on_vm)] {
    if (!ids.empty()) return refuse("expected an integer like those before, found an object");
    to_.push_back(vm_.vm_in(texts_));
    if (notify) notify();
  };
  id_.arrived = [this] {
    if (vms() > 0) return refuse("expected an object like those before, found an integer");
    ids.push_back(id_.integer);
  };
  read(list_);
}

void vm_page_reader::forget() {
  to_.resize(before_);
  ids.clear();
}

vm_reader::vm_reader(text_pool& texts) : texts_(texts) {
  places_.object.arrived = [this] {
    vm = places_.vm_in(texts_);
    if (vm.id != expected) refuse(fmt::format("expected VM {}, found VM {}", expected, vm.id));
  };
  read(places_.object);
}

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

licensed_reader::licensed_reader(text_pool& texts, std::vector<licensed_vm>& to)
    : json_reader(large_body), texts_(texts), to_(to) {
  object_.arrived = [this] {
    to_.push_back({id_.integer, interned(texts_, guest_), interned(texts_, license_)});
  };
  read(list_);
}

void licensed_vm::copy_to(licensing::vm& v) const {
  v.listed = true;
  v.listed_license = license;
  v.reported_guest_os_family = reported_guest_os_family;
  v.listed_differently = listed_differently;
}

void licensed_list::copy_to(licensing::vm& v) const {
  const auto found = std::ranges::lower_bound(vms, v.id, {}, &licensed_vm::id);
  if (found != vms.end() && found->id == v.id) found->copy_to(v);
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

// ---- lists by id ----

namespace {

// Tells null from empty.
auto known_and_text(std::string_view text) { return std::tuple(licensing::known(text), text); }

// The fields that decisions depend on.
auto contents(const licensed_vm& v) {
  return std::tuple(known_and_text(v.license), known_and_text(v.reported_guest_os_family));
}
auto contents(const licensing::vm& v) {
  return std::tuple(known_and_text(v.license), known_and_text(v.guest_os_family),
                    known_and_text(v.name), known_and_text(v.cluster), known_and_text(v.folder),
                    v.power);
}

bool& mark(licensed_vm& v) { return v.listed_differently; }
bool& mark(licensing::vm& v) { return v.seen_differently; }

template <class Vm>
void in_order(std::vector<Vm>& all) {
  const auto ascending = [](const Vm& a, const Vm& b) { return a.id < b.id; };
  const auto out_of_order = [](const Vm& a, const Vm& b) { return a.id >= b.id; };
  if (std::ranges::adjacent_find(all, out_of_order) == all.end()) return;
  std::ranges::sort(all, ascending);
  auto to = all.begin();
  for (auto from = all.begin(); from != all.end();) {
    const auto end = std::find_if(from, all.end(), [&](const Vm& v) { return v.id != from->id; });
    const auto [least, most] = std::minmax_element(
        from, end, [](const Vm& a, const Vm& b) { return contents(a) < contents(b); });
    Vm one = *least;
    mark(one) = mark(one) || contents(*least) != contents(*most);
    *to++ = one;
    from = end;
  }
  all.erase(to, all.end());
}

} // namespace

void put_in_order(std::vector<licensed_vm>& all) { in_order(all); }
void put_in_order(std::vector<licensing::vm>& all) { in_order(all); }

// ---- corrections ----

namespace {

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

} // namespace ovhl::ovh
