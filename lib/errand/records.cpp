#include "errand/records.hpp"

namespace ovhl::errand {

std::string_view name(answer::kind k) noexcept {
  switch (k) {
  case answer::kind::accepted: return "accepted";
  case answer::kind::refused: return "refused";
  case answer::kind::lost: return "lost";
  case answer::kind::unsent: return "unsent";
  }
  return {};
}

std::string_view name(answer::cause c) noexcept {
  switch (c) {
  case answer::cause::none: return "";
  case answer::cause::program_ended: return "program_ended";
  case answer::cause::called_off: return "called_off";
  }
  return {};
}

bool is_busy(const answer& a) noexcept {
  return a.got == answer::kind::refused && a.http_status == http_busy;
}

std::string_view name(trace::cause c) noexcept {
  switch (c) {
  case trace::cause::none: return "";
  case trace::cause::taken_over: return "taken_over";
  case trace::cause::unreadable: return "unreadable";
  case trace::cause::no_end: return "no_end";
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

} // namespace ovhl::errand
