#include "errand/endings.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <utility>

namespace ovhl::errand {

namespace {

// "task 9 ended with 'error': the license server does not answer"
std::string ended_badly(const trace& t, std::string_view noun) {
  constexpr std::size_t longest = 300;
  const std::string why = fitted(printable(t.description), longest);
  return fmt::format("{} {} ended with '{}'{}{}", noun, t.id, t.state.word, why.empty() ? "" : ": ",
                     why);
}

// "message (HTTP 409, query EU.ext-1.2.3)"
std::string in_words(const answer& a) {
  error e;
  e.message = a.message;
  e.http_status = a.http_status;
  e.query_id = a.query_id;
  return words(e);
}

// What went wrong; empty: nothing.
std::string problem(const past& p, const goal& g) {
  const answer& a = *p.answer;
  const std::string_view noun = g.nouns().trace;
  if (a.got == answer::kind::refused) return "the request was refused: " + in_words(a);
  if (p.trace && p.trace->is_given_up())
    return fmt::format("{} {} {}", noun, p.trace->id, p.trace->message);
  if (p.trace && p.trace->state.is_over() && !p.trace->state.is_done())
    return ended_badly(*p.trace, noun);
  if (a.why == answer::cause::program_ended) return a.message;
  if (a.got == answer::kind::lost) return "the answer was lost: " + in_words(a);
  return {};
}

} // namespace

std::string others_in_words(std::int64_t theirs, bool still, const goal& g) {
  return fmt::format("{} {} (not ours) is {}running on {}", g.nouns().trace, theirs,
                     still ? "still " : "", g.nouns().object);
}

std::string in_words(const setback& s, const goal& g) {
  switch (s.why) {
  case setback::cause::unreadable:
  case setback::cause::not_recorded: return words(*s.problem);
  case setback::cause::others: return others_in_words(*s.theirs, true, g);
  case setback::cause::no_turn:
    return "the request budget left no room within 30 s of the checks; the next poll tries again; "
           "raising api.requests_per_minute helps";
  }
  return {};
}

std::string gone_in_words(const goal& g) {
  return fmt::format("{} no longer exists", g.nouns().object);
}

ending plain(const past& p, outcome how, std::string message) {
  ending end;
  end.how = how;
  end.message = std::move(message);
  if (p.trace) end.trace = p.trace->id;
  if (p.answer) end.query_id = p.answer->query_id;
  return end;
}

ending unsent(const past& p) {
  if (p.answer->why == answer::cause::called_off)
    return plain(p, outcome::dropped, p.answer->message);
  return plain(p, outcome::failed, "the request was not sent: " + in_words(*p.answer));
}

ending reached(const past& p, const goal& g, const std::optional<std::string>& found) {
  const std::string before = problem(p, g);
  ending end = plain(p, outcome::done,
                     before.empty() ? "" : fmt::format("{}; but {}", before, g.nouns().reached));
  end.looked = true;
  end.found = found;
  return end;
}

ending not_reached(const past& p, const goal& g, const std::optional<std::string>& found) {
  const std::string now = g.in_words(found);
  const answer& a = *p.answer;
  ending end;
  if (a.got == answer::kind::refused)
    end = plain(p, outcome::failed, (is_busy(a) ? "busy: " : "") + in_words(a));
  else if (p.trace && p.trace->is_given_up())
    end = plain(p, outcome::inconclusive, fmt::format("{}; {}", problem(p, g), now));
  else if (p.trace && p.trace->state.is_done())
    end = plain(p, outcome::failed,
                fmt::format("{} {} is done, but {}", g.nouns().trace, p.trace->id, now));
  else if (p.trace)
    end = plain(p, outcome::failed, fmt::format("{}; {}", problem(p, g), now));
  else if (a.why == answer::cause::program_ended)
    end =
        plain(p, outcome::dropped, problem(p, g) + "; there is no sign that the request was sent");
  else
    end =
        plain(p, outcome::inconclusive, problem(p, g) + "; there is no sign that it was received");
  end.looked = true;
  end.found = found;
  return end;
}

ending vanished(const past& p, const goal& g) {
  if (p.answer->got == answer::kind::refused) return plain(p, outcome::dropped, gone_in_words(g));
  std::string before = problem(p, g);
  if (before.empty())
    before = fmt::format("{} {} is {}", g.nouns().trace, p.trace->id, p.trace->state.word);
  return plain(p, outcome::inconclusive, fmt::format("{}; {}", before, gone_in_words(g)));
}

ending unseen(const past& p, const goal& g, const error& why) {
  const std::string before = problem(p, g);
  return plain(p, outcome::inconclusive,
               fmt::format("{}{}{} could not be read afterwards: {}", before,
                           before.empty() ? "" : "; ", g.nouns().object, words(why)));
}

} // namespace ovhl::errand
