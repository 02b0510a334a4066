// How a correction ends, in words, and the names of what is recorded of it.
#include "base/text.hpp"
#include "licensing/course.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ovhl::licensing {

namespace {

std::string declared_in_words(const std::optional<std::string>& license) {
  return license ? fmt::format("'{}' is declared", printable(*license)) : "none is declared";
}

// "task 9 ended with 'error': the license server does not answer"
std::string ended_badly(const followed& task) {
  constexpr std::size_t longest = 300;
  const std::string why = fitted(printable(task.description), longest);
  return fmt::format("task {} ended with '{}'{}{}", task.task, task.state.text(),
                     why.empty() ? "" : ": ", why);
}

bool as_asked(action what, const std::optional<std::string>& to,
              const std::optional<std::string>& license) noexcept {
  return what == action::set_license ? license == to : !license;
}

// "message (HTTP 409, query EU.ext-1.2.3)"
std::string in_words(const sent& answer) {
  error e;
  e.message = answer.message;
  e.http_status = answer.http_status;
  e.query_id = answer.query_id;
  return words(e);
}

} // namespace

std::string_view name(sent::answer a) noexcept {
  switch (a) {
  case sent::answer::accepted: return "accepted";
  case sent::answer::refused: return "refused";
  case sent::answer::lost: return "lost";
  case sent::answer::unsent: return "unsent";
  }
  return {};
}

std::string_view name(sent::cause c) noexcept {
  switch (c) {
  case sent::cause::none: return "";
  case sent::cause::program_ended: return "program_ended";
  case sent::cause::called_off: return "called_off";
  }
  return {};
}

std::string_view name(followed::cause c) noexcept {
  switch (c) {
  case followed::cause::none: return "";
  case followed::cause::taken_over: return "taken_over";
  case followed::cause::unreadable: return "unreadable";
  case followed::cause::no_end: return "no_end";
  }
  return {};
}

std::string_view name(outcome o) noexcept {
  switch (o) {
  case outcome::done: return "done";
  case outcome::failed: return "failed";
  case outcome::inconclusive: return "inconclusive";
  case outcome::dropped: return "dropped";
  }
  return {};
}

bool is_busy(const sent& s) noexcept {
  return s.got == sent::answer::refused && s.http_status == http_busy;
}

bool turned_without_us(action what, const std::optional<std::string>& to,
                       const ending& end) noexcept {
  return end.how == outcome::dropped && end.looked && as_asked(what, to, end.license);
}

bool course::is_as_asked(const std::optional<std::string>& license) const {
  return licensing::as_asked(wanted_.what.action, wanted_.what.to, license);
}

course::time_point course::settled_at() const {
  return std::max(posted_at_, ended_at_.value_or(posted_at_)) + patience_.settling;
}

bool course::is_gone_for_good(time_point now) {
  if (!gone_since_) gone_since_ = now;
  return now - *gone_since_ >= patience_.unreadable;
}

bool course::may_have_missed() const {
  return sent_->got == sent::answer::lost && task_ && !task_->is_given_up();
}

ending course::plain(outcome how, std::string message) const {
  ending end;
  end.how = how;
  end.message = std::move(message);
  if (task_) end.task = task_->task;
  if (sent_) end.query_id = sent_->query_id;
  return end;
}

ending course::dropped_before(std::string why, const told::vm* seen) const {
  ending end = plain(outcome::dropped, std::move(why));
  end.looked = seen != nullptr;
  if (seen != nullptr) end.license = seen->license;
  return end;
}

ending course::unsent() const {
  if (sent_->why == sent::cause::called_off) return plain(outcome::dropped, sent_->message);
  return plain(outcome::failed, "the request was not sent: " + in_words(*sent_));
}

std::string course::trouble() const {
  if (sent_->got == sent::answer::refused) return "the request was refused: " + in_words(*sent_);
  if (task_ && task_->is_given_up()) return fmt::format("task {} {}", task_->task, task_->message);
  if (task_ && task_->state.is_over() && !task_->state.is_done()) return ended_badly(*task_);
  if (sent_->why == sent::cause::program_ended) return sent_->message;
  if (sent_->got == sent::answer::lost) return "the answer was lost: " + in_words(*sent_);
  return {};
}

ending course::as_asked(const std::optional<std::string>& license) const {
  const std::string before = trouble();
  ending end =
      plain(outcome::done, before.empty() ? "" : before + "; but the license is as requested");
  end.looked = true;
  end.license = license;
  return end;
}

ending course::not_as_asked(const std::optional<std::string>& license) const {
  const std::string now = declared_in_words(license);
  ending end;
  if (sent_->got == sent::answer::refused)
    end = plain(outcome::failed,
                (sent_->http_status == http_busy ? "busy: " : "") + in_words(*sent_));
  else if (task_ && task_->is_given_up())
    end = plain(outcome::inconclusive, fmt::format("{}; {}", trouble(), now));
  else if (task_ && task_->state.is_done())
    end = plain(outcome::failed, fmt::format("task {} is done, but {}", task_->task, now));
  else if (task_)
    end = plain(outcome::failed, fmt::format("{}; {}", trouble(), now));
  else if (sent_->why == sent::cause::program_ended)
    end = plain(outcome::dropped, trouble() + "; there is no sign that the request was sent");
  else
    end = plain(outcome::inconclusive, trouble() + "; there is no sign that it was received");
  end.looked = true;
  end.license = license;
  return end;
}

ending course::vanished() const {
  constexpr std::string_view gone = "the VM no longer exists";
  if (sent_->got == sent::answer::refused) return plain(outcome::dropped, std::string(gone));
  std::string before = trouble();
  if (before.empty()) before = fmt::format("task {} is {}", task_->task, task_->state.text());
  return plain(outcome::inconclusive, fmt::format("{}; {}", before, gone));
}

ending course::unseen(const error& why) const {
  const std::string before = trouble();
  return plain(outcome::inconclusive,
               fmt::format("{}{}could not be read afterwards: {}", before,
                           before.empty() ? "the VM " : "; the VM ", words(why)));
}

} // namespace ovhl::licensing
