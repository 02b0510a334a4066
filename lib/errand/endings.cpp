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
std::string problem(const sent_request& sent) {
  const answer& a = *sent.answer;
  const std::string_view noun = sent.goal->nouns().trace;
  if (a.got == answer::kind::refused) return "the request was refused: " + in_words(a);
  if (sent.trace && sent.trace->is_given_up())
    return fmt::format("{} {} {}", noun, sent.trace->id, sent.trace->message);
  if (sent.trace && sent.trace->state.is_over() && !sent.trace->state.is_done())
    return ended_badly(*sent.trace, noun);
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

ending unsent(const sent_request& sent) {
  if (sent.answer->why == answer::cause::called_off)
    return plain(sent, outcome::dropped, sent.answer->message);
  return plain(sent, outcome::failed, "the request was not sent: " + in_words(*sent.answer));
}

ending reached(const sent_request& sent, const std::optional<std::string>& found) {
  const std::string before = problem(sent);
  ending end =
      plain(sent, outcome::done,
            before.empty() ? "" : fmt::format("{}; but {}", before, sent.goal->nouns().reached));
  end.looked = true;
  end.found = found;
  return end;
}

ending not_reached(const sent_request& sent, const std::optional<std::string>& found) {
  const std::string now = sent.goal->in_words(found);
  const answer& a = *sent.answer;
  ending end;
  if (a.got == answer::kind::refused)
    end = plain(sent, outcome::failed, (is_busy(a) ? "busy: " : "") + in_words(a));
  else if (sent.trace && sent.trace->is_given_up())
    end = plain(sent, outcome::inconclusive, fmt::format("{}; {}", problem(sent), now));
  else if (sent.trace && sent.trace->state.is_done())
    end =
        plain(sent, outcome::failed,
              fmt::format("{} {} is done, but {}", sent.goal->nouns().trace, sent.trace->id, now));
  else if (sent.trace)
    end = plain(sent, outcome::failed, fmt::format("{}; {}", problem(sent), now));
  else if (a.why == answer::cause::program_ended)
    end = plain(sent, outcome::dropped,
                problem(sent) + "; there is no sign that the request was sent");
  else
    end = plain(sent, outcome::inconclusive,
                problem(sent) + "; there is no sign that it was received");
  end.looked = true;
  end.found = found;
  return end;
}

ending vanished(const sent_request& sent) {
  if (sent.answer->got == answer::kind::refused)
    return plain(sent, outcome::dropped, gone_in_words(*sent.goal));
  std::string before = problem(sent);
  if (before.empty())
    before = fmt::format("{} {} is {}", sent.goal->nouns().trace, sent.trace->id,
                         sent.trace->state.word);
  return plain(sent, outcome::inconclusive,
               fmt::format("{}; {}", before, gone_in_words(*sent.goal)));
}

ending unseen(const sent_request& sent, const error& why) {
  const std::string before = problem(sent);
  return plain(sent, outcome::inconclusive,
               fmt::format("{}{}{} could not be read afterwards: {}", before,
                           before.empty() ? "" : "; ", sent.goal->nouns().object, words(why)));
}

} // namespace ovhl::errand
