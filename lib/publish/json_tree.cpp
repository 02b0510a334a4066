#include "publish/json_tree.hpp"

namespace ovhl::publish {

std::optional<std::string> maybe_text(const node& n) {
  return n.null() ? std::nullopt : std::optional(n.text());
}

std::optional<instant> maybe_time(const node& n) {
  return n.null() ? std::nullopt : std::optional(n.time());
}

std::optional<std::int64_t> maybe_id(const node& n) {
  return n.null() ? std::nullopt : std::optional(n.number<std::int64_t>());
}

std::string text_or_empty(const node& n) { return n.null() ? std::string() : n.text(); }

licensing::place read_place(const node& n) {
  return {n["account"].text(), n["service"].text(), n["datacenter"].number<std::int64_t>()};
}

licensing::action read_action(const node& n) {
  using enum licensing::action;
  return n.null() ? none : n.choice(std::array{set_license, remove_license});
}

licensing::verdict read_verdict(const node& n) { return n.choice(licensing::all_verdicts); }

licensing::mode read_mode(const node& n) {
  using enum licensing::mode;
  return n.choice(std::array{report, declare, enforce});
}

licensing::due_state read_due_state(const node& n) {
  using enum licensing::due_state;
  return n.null() ? none
                  : n.choice(std::array{due, reported, confirming, held, running, failed, done});
}

} // namespace ovhl::publish
