#include "ovh/answers.hpp"

#include "ovh/request_head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace ovhl::ovh {

texts_reader::texts_reader() {
  text_.arrived = [this] { values.push_back(text_.text); };
  read(list_);
}

ids_reader::ids_reader(std::size_t largest_body) : json_reader(largest_body) {
  id_.arrived = [this] { values.push_back(id_.integer); };
  read(list_);
}

term_reader::term_reader() {
  date_.arrived = [this] {
    if (const auto date = parse_date(date_.text))
      end_ = *date;
    else
      refuse("expected a date");
  };
  read(object_);
}

credential_reader::credential_reader() {
  expiration_.arrived = [this] {
    facts.expiration = parse_timestamp(expiration_.text);
    if (!facts.expiration) refuse("expected a point in time");
  };
  status_.arrived = [this] { facts.status = status_.text; };
  rule_.arrived = [this] { facts.rules.push_back({method_.text, path_.text}); };
  read(object_);
}

credential_asked_reader::credential_asked_reader() {
  key_.text.reserve(1024); // so that growing leaves no copies behind
  key_.arrived = [this] {
    if (key_.text.empty() || !plain_value(key_.text)) refuse("expected a key");
  };
  read(object_);
}
credential_asked_reader::~credential_asked_reader() { wipe(key_.text); }

task_reader::task_reader() {
  object_.arrived = [this] {
    facts = {id_.integer, name_.text, state_.text,
             description_.known ? description_.text : std::string()};
    if (expected && facts.id != *expected)
      refuse(fmt::format("expected task {}, found task {}", *expected, facts.id));
  };
  read(object_);
}

namespace {

std::string_view interned(text_pool& texts, const json_place& p) {
  return p.known ? texts.intern(p.text) : std::string_view();
}

} // namespace

licensed_reader::licensed_reader(text_pool& texts, std::vector<licensed_vm>& to)
    : json_reader(large_body), texts_(texts), to_(to) {
  object_.arrived = [this] {
    to_.push_back({id_.integer, interned(texts_, guest_), interned(texts_, license_)});
  };
  read(list_);
}

licensing::vm vm_places::taken(text_pool& texts) const {
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
  vm_.object.arrived = [this, tell = std::move(on_vm)] {
    if (!ids.empty()) return refuse("expected an integer like those before, found an object");
    to_.push_back(vm_.taken(texts_));
    if (tell) tell();
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
    vm = places_.taken(texts_);
    if (vm.id != expected) refuse(fmt::format("expected VM {}, found VM {}", expected, vm.id));
  };
  read(places_.object);
}

} // namespace ovhl::ovh
