#include "ledger/bodies.hpp"

#include "base/fnv.hpp"
#include "json/fields.hpp"
#include "licensing/names.hpp"

namespace ovhl::ledger {

namespace {

// Each value with its length, so that different sequences of values differ.
class fingerprint_of {
 public:
  fingerprint_of& add(std::string_view text) noexcept {
    add(text.size());
    all_.add(text);
    return *this;
  }
  fingerprint_of& add(std::uint64_t number) noexcept {
    for (int shift = 0; shift < 64; shift += 8)
      all_.add(static_cast<unsigned char>(number >> shift));
    return *this;
  }
  fingerprint_of& add(const std::optional<std::string>& text) noexcept {
    return text ? add(std::string_view(*text)) : add(~std::uint64_t{0});
  }
  std::uint64_t value() const noexcept { return all_.value(); }

 private:
  fnv1a<std::uint64_t> all_;
};

} // namespace

std::uint64_t vm_body::fingerprint() const noexcept {
  fingerprint_of all;
  all.add(std::string_view(name))
      .add(guest_os_family)
      .add(reported_guest_os_family)
      .add(license)
      .add(static_cast<std::uint64_t>(verdict))
      .add(std::string_view(rule))
      .add(static_cast<std::uint64_t>(power))
      .add(static_cast<std::uint64_t>(cpus))
      .add(static_cast<std::uint64_t>(occasion))
      .add(static_cast<std::uint64_t>(since.time_since_epoch().count()));
  // Where nothing is due, records of versions that did not keep this have the same fingerprint.
  if (action != licensing::action::none) all.add(static_cast<std::uint64_t>(action)).add(expected);
  return all.value();
}

std::uint32_t vm_body::due_fingerprint() const noexcept {
  using enum licensing::verdict;
  const bool always = verdict == missing || verdict == wrong || verdict == superfluous;
  if (always && action == licensing::action::none) return 0;
  return licensing::due_fingerprint(action,
                                    expected ? std::string_view(*expected) : std::string_view());
}

void fields(auto& io, maybe_const<started_body> auto& b) {
  io("by", b.by);
  io("user", b.user);
  io("pid", b.pid);
  io("version", b.version);
  io.optional("last_poll", b.last_poll);
}

void fields(auto& io, maybe_const<policy_body> auto& b) {
  io("sha256", b.sha256);
  io("path", b.path);
  io("mode", b.mode);
  io.optional("text", b.text);
}

void fields(auto& io, maybe_const<gap_body> auto& b) {
  io.optional("last_seen", b.last_seen);
  io("cause", b.cause);
  io("message", b.message);
}

void fields(auto& io, maybe_const<vm_body> auto& b) {
  io("name", b.name);
  io.optional("guest_os_family", b.guest_os_family);
  io.optional("reported_guest_os_family", b.reported_guest_os_family);
  io.optional("license", b.license);
  io("verdict", b.verdict);
  io.optional("action", b.action);
  io.optional("expected", b.expected);
  io("rule", b.rule);
  io("power", b.power);
  io("cpus", b.cpus);
  io("occasion", b.occasion);
  io("since", b.since);
  io.optional("last_seen", b.last_seen);
}

void fields(auto& io, maybe_const<gone_body> auto& b) { io.optional("last_seen", b.last_seen); }

void fields(auto& io, maybe_const<clock_body> auto& b) { io("before", b.before); }

void fields(auto& io, maybe_const<result_body> auto& b) {
  io("outcome", b.end.how);
  io("looked", b.end.looked);
  io.optional("license", b.end.found);
  io.optional("task", b.end.trace);
  io("message", b.end.message);
  io("query_id", b.end.query_id);
  io("action", b.action);
  io.optional("from", b.from);
  io.optional("to", b.to);
  io("name", b.name);
}

} // namespace ovhl::ledger

namespace ovhl::errand {

namespace {

// Records of earlier versions have no "why"; it is derived from their messages, which nothing else
// reads.
answer::cause old_cause(const answer& s) {
  if (s.got == answer::kind::lost && s.message == "the program ended before the answer")
    return answer::cause::program_ended;
  if (s.got == answer::kind::unsent && s.message.starts_with("called off before it was sent"))
    return answer::cause::called_off;
  return answer::cause::none;
}

trace::cause old_cause(const trace& f) {
  using cause = trace::cause;
  if (f.message.empty() || f.state.is_over()) return cause::none;
  if (f.message == "taken over after a lost answer") return cause::taken_over;
  return f.message.starts_with("did not end within ") ? cause::no_end : cause::unreadable;
}

// Left out if there is none.
template <class IO>
void why_field(IO& io, auto& of) {
  io.optional("why", of.why);
  if constexpr (IO::reads)
    if (name(of.why).empty()) of.why = old_cause(of);
}

} // namespace

void fields(auto& io, maybe_const<answer> auto& s) {
  io("answer", s.got);
  io.optional("task", s.trace);
  io("message", s.message);
  io("http_status", s.http_status);
  io("query_id", s.query_id);
  why_field(io, s);
}

void fields(auto& io, maybe_const<trace> auto& f) {
  io("task", f.id);
  io("state", f.state.word);
  if constexpr (std::remove_reference_t<decltype(io)>::reads)
    f.state = licensing::trace_state_of(f.state.word);
  io("message", f.message);
  io.optional("description", f.description);
  why_field(io, f);
}

} // namespace ovhl::errand

namespace ovhl::licensing {

void fields(auto& io, maybe_const<intent> auto& i) {
  auto& c = i.what;
  io("action", c.action);
  io.optional("from", c.from);
  io.optional("to", c.to);
  io("bypass", c.bypass);
  io("mode", c.mode);
  io("verdict", c.verdict);
  io("allowed", c.allowed);
  io("from_complete_list", c.from_complete_list);
  io("occasion", c.occasion);
  io("since", c.since);
  io("name", c.name);
  io.optional("guest_os_family", c.guest_os_family);
  io.optional("reported_guest_os_family", c.reported_guest_os_family);
  io("listed", c.listed);
  io.optional("listed_license", c.listed_license);
  io("rule", c.rule);
  io("reason", c.reason);
  io("person", i.by.person);
  io("user", i.by.user);
  io.optional("claimed", i.by.claimed);
  io.optional("plan", i.by.plan);
  io("policy", i.policy);
}

} // namespace ovhl::licensing

namespace ovhl::ledger {

template <body T>
std::string text(const T& value) {
  return json_of(value);
}

template <body T>
result<T> parse(std::string_view text) {
  constexpr std::size_t deepest = 32;
  T value;
  error e;
  e.message =
      read_json_tree(text, deepest, [&](const json_node& root) { json_input::take(root, value); });
  if (e.message.empty()) return value;
  return e;
}

template std::string text(const started_body&);
template result<started_body> parse(std::string_view);
template std::string text(const policy_body&);
template result<policy_body> parse(std::string_view);
template std::string text(const gap_body&);
template result<gap_body> parse(std::string_view);
template std::string text(const vm_body&);
template result<vm_body> parse(std::string_view);
template std::string text(const gone_body&);
template result<gone_body> parse(std::string_view);
template std::string text(const clock_body&);
template result<clock_body> parse(std::string_view);
template std::string text(const licensing::intent&);
template result<licensing::intent> parse(std::string_view);
template std::string text(const licensing::sent&);
template result<licensing::sent> parse(std::string_view);
template std::string text(const licensing::followed&);
template result<licensing::followed> parse(std::string_view);
template std::string text(const result_body&);
template result<result_body> parse(std::string_view);

} // namespace ovhl::ledger
