// The bodies of what is seen and of who looks.
#include "ledger/bodies.hpp"

#include "ledger/body_reader.hpp"
#include "ledger/body_writer.hpp"
#include "ledger/choices.hpp"

namespace ovhl::ledger {

namespace {

// FNV-1a, each value with its length, so that no two sequences of values run together.
class fingerprint_of {
 public:
  fingerprint_of& add(std::string_view text) noexcept {
    add(text.size());
    for (const char c : text)
      byte(static_cast<unsigned char>(c));
    return *this;
  }
  fingerprint_of& add(std::uint64_t number) noexcept {
    for (int shift = 0; shift < 64; shift += 8)
      byte(static_cast<unsigned char>(number >> shift));
    return *this;
  }
  fingerprint_of& add(const std::optional<std::string>& text) noexcept {
    return text ? add(std::string_view(*text)) : add(~std::uint64_t{0});
  }
  std::uint64_t value() const noexcept { return value_; }

 private:
  void byte(unsigned char b) noexcept { value_ = (value_ ^ b) * 0x100000001b3U; }

  std::uint64_t value_ = 0xcbf29ce484222325U;
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
  // Where nothing is due, that of a record from before this was kept.
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

std::string text(const started_body& b) {
  return body_writer()
      .put("by", b.by)
      .put("user", b.user)
      .put("pid", b.pid)
      .put("version", b.version)
      .put("last_poll", b.last_poll)
      .finish();
}

template <>
result<started_body> parse(std::string_view body) {
  body_reader in(body);
  started_body b;
  b.by = in.text("by");
  b.user = in.text("user");
  b.pid = in.number<std::int64_t>("pid");
  b.version = in.text("version");
  b.last_poll = in.maybe_time("last_poll");
  return in.finish(std::move(b));
}

std::string text(const policy_body& b) {
  return body_writer()
      .put("sha256", b.sha256)
      .put("path", b.path)
      .put("mode", name(b.mode))
      .put("text", b.text)
      .finish();
}

template <>
result<policy_body> parse(std::string_view body) {
  body_reader in(body);
  policy_body b;
  b.sha256 = in.text("sha256");
  b.path = in.text("path");
  b.mode = in.choice<licensing::mode>("mode", modes);
  b.text = in.maybe_text("text");
  return in.finish(std::move(b));
}

std::string text(const gap_body& b) {
  return body_writer()
      .put("last_seen", b.last_seen)
      .put("cause", b.cause)
      .put("message", b.message)
      .finish();
}

template <>
result<gap_body> parse(std::string_view body) {
  body_reader in(body);
  gap_body b;
  b.last_seen = in.maybe_time("last_seen");
  b.cause = in.text("cause");
  b.message = in.text("message");
  return in.finish(std::move(b));
}

std::string text(const vm_body& b) {
  const bool due = b.action != licensing::action::none;
  return body_writer()
      .put("name", b.name)
      .put("guest_os_family", b.guest_os_family)
      .put("reported_guest_os_family", b.reported_guest_os_family)
      .put("license", b.license)
      .put("verdict", name(b.verdict))
      .put("action", due ? std::optional(name(b.action)) : std::nullopt)
      .put("expected", b.expected)
      .put("rule", b.rule)
      .put("power", name(b.power))
      .put("cpus", b.cpus)
      .put("occasion", name(b.occasion))
      .put("since", b.since)
      .put("last_seen", b.last_seen)
      .finish();
}

template <>
result<vm_body> parse(std::string_view body) {
  body_reader in(body);
  vm_body b;
  b.name = in.text("name");
  b.guest_os_family = in.maybe_text("guest_os_family");
  b.reported_guest_os_family = in.maybe_text("reported_guest_os_family");
  b.license = in.maybe_text("license");
  b.verdict = in.choice<licensing::verdict>("verdict", licensing::all_verdicts);
  if (in.maybe_text("action")) b.action = in.choice<licensing::action>("action", actions);
  b.expected = in.maybe_text("expected");
  b.rule = in.text("rule");
  b.power = in.choice<licensing::power_state>("power", power_states);
  b.cpus = in.number<std::int32_t>("cpus");
  b.occasion = in.choice<licensing::occasion>("occasion", occasions);
  b.since = in.time("since");
  b.last_seen = in.maybe_time("last_seen");
  return in.finish(std::move(b));
}

std::string text(const gone_body& b) {
  return body_writer().put("last_seen", b.last_seen).finish();
}

template <>
result<gone_body> parse(std::string_view body) {
  body_reader in(body);
  gone_body b;
  b.last_seen = in.maybe_time("last_seen");
  return in.finish(b);
}

std::string text(const clock_body& b) { return body_writer().put("before", b.before).finish(); }

template <>
result<clock_body> parse(std::string_view body) {
  body_reader in(body);
  clock_body b;
  b.before = in.time("before");
  return in.finish(b);
}

} // namespace ovhl::ledger
