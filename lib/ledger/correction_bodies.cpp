// The bodies of what belongs to a correction.
#include "ledger/bodies.hpp"
#include "ledger/body_reader.hpp"
#include "ledger/body_writer.hpp"
#include "ledger/choices.hpp"

namespace ovhl::ledger {

namespace {

// Records of earlier versions have no "why": their sentences told the same. Nothing else reads
// them.
licensing::sent::cause old_cause(const licensing::sent& s) {
  using answer = licensing::sent::kind;
  using cause = licensing::sent::cause;
  if (s.got == answer::lost && s.message == "the program ended before the answer")
    return cause::program_ended;
  if (s.got == answer::unsent && s.message.starts_with("called off before it was sent"))
    return cause::called_off;
  return cause::none;
}

licensing::followed::cause old_cause(const licensing::followed& f) {
  using cause = licensing::followed::cause;
  if (f.message.empty() || f.state.is_over()) return cause::none;
  if (f.message == "taken over after a lost answer") return cause::taken_over;
  return f.message.starts_with("did not end within ") ? cause::no_end : cause::unreadable;
}

template <class Cause>
void put_why(body_writer& out, Cause why) {
  if (why != Cause::none) out.put("why", name(why));
}

} // namespace

std::string text(const licensing::intent& i) {
  const licensing::correction& c = i.what;
  return body_writer()
      .put("action", name(c.action))
      .put("from", c.from)
      .put("to", c.to)
      .put("bypass", c.bypass)
      .put("mode", name(c.mode))
      .put("verdict", name(c.verdict))
      .put("allowed", c.allowed)
      .put("from_complete_list", c.from_complete_list)
      .put("occasion", name(c.occasion))
      .put("since", c.since)
      .put("name", c.name)
      .put("guest_os_family", c.guest_os_family)
      .put("reported_guest_os_family", c.reported_guest_os_family)
      .put("listed", c.listed)
      .put("listed_license", c.listed_license)
      .put("rule", c.rule)
      .put("reason", c.reason)
      .put("person", i.by.person)
      .put("user", i.by.user)
      .put("claimed", i.by.claimed)
      .put("plan", i.by.plan)
      .put("policy", i.policy)
      .finish();
}

template <>
result<licensing::intent> parse(std::string_view body) {
  body_reader in(body);
  licensing::intent i;
  licensing::correction& c = i.what;
  c.action = in.choice<licensing::action>("action", actions);
  c.from = in.maybe_text("from");
  c.to = in.maybe_text("to");
  c.bypass = in.boolean("bypass");
  c.mode = in.choice<licensing::mode>("mode", modes);
  c.verdict = in.choice<licensing::verdict>("verdict", licensing::all_verdicts);
  c.allowed = in.boolean("allowed");
  c.from_complete_list = in.boolean("from_complete_list");
  c.occasion = in.choice<licensing::occasion>("occasion", occasions);
  c.since = in.time("since");
  c.name = in.text("name");
  c.guest_os_family = in.maybe_text("guest_os_family");
  c.reported_guest_os_family = in.maybe_text("reported_guest_os_family");
  c.listed = in.boolean("listed");
  c.listed_license = in.maybe_text("listed_license");
  c.rule = in.text("rule");
  c.reason = in.text("reason");
  i.by.person = in.boolean("person");
  i.by.user = in.text("user");
  i.by.claimed = in.maybe_text("claimed");
  i.by.plan = in.maybe_text("plan");
  i.policy = in.text("policy");
  return in.finish(std::move(i));
}

std::string text(const licensing::sent& s) {
  body_writer out;
  out.put("answer", name(s.got))
      .put("task", s.trace)
      .put("message", s.message)
      .put("http_status", s.http_status)
      .put("query_id", s.query_id);
  put_why(out, s.why);
  return out.finish();
}

template <>
result<licensing::sent> parse(std::string_view body) {
  body_reader in(body);
  licensing::sent s;
  s.got = in.choice<errand::answer::kind>("answer", errand::all_answers);
  s.trace = in.maybe_number<std::int64_t>("task");
  s.message = in.text("message");
  s.http_status = in.number<int>("http_status");
  s.query_id = in.text("query_id");
  s.why = in.maybe_text("why") ? in.choice<licensing::sent::cause>("why", errand::all_answer_causes)
                               : old_cause(s);
  return in.finish(std::move(s));
}

std::string text(const licensing::followed& f) {
  body_writer out;
  out.put("task", f.id).put("state", f.state.word).put("message", f.message);
  if (!f.description.empty()) out.put("description", f.description);
  put_why(out, f.why);
  return out.finish();
}

template <>
result<licensing::followed> parse(std::string_view body) {
  body_reader in(body);
  licensing::followed f;
  f.id = in.number<std::int64_t>("task");
  f.state = licensing::trace_state_of(in.text("state"));
  f.message = in.text("message");
  f.description = in.maybe_text("description").value_or("");
  f.why = in.maybe_text("why")
              ? in.choice<licensing::followed::cause>("why", errand::all_trace_causes)
              : old_cause(f);
  return in.finish(std::move(f));
}

std::string text(const result_body& b) {
  return body_writer()
      .put("outcome", name(b.end.how))
      .put("looked", b.end.looked)
      .put("license", b.end.found)
      .put("task", b.end.trace)
      .put("message", b.end.message)
      .put("query_id", b.end.query_id)
      .put("action", name(b.action))
      .put("from", b.from)
      .put("to", b.to)
      .put("name", b.name)
      .finish();
}

template <>
result<result_body> parse(std::string_view body) {
  body_reader in(body);
  result_body b;
  b.end.how = in.choice<licensing::outcome>("outcome", licensing::all_outcomes);
  b.end.looked = in.boolean("looked");
  b.end.found = in.maybe_text("license");
  b.end.trace = in.maybe_number<std::int64_t>("task");
  b.end.message = in.text("message");
  b.end.query_id = in.text("query_id");
  b.action = in.choice<licensing::action>("action", actions);
  b.from = in.maybe_text("from");
  b.to = in.maybe_text("to");
  b.name = in.text("name");
  return in.finish(std::move(b));
}

} // namespace ovhl::ledger
