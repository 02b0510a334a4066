#include "base/error.hpp"

#include <fmt/format.h>

namespace ovhl {

const char* name(failure kind) noexcept {
  switch (kind) {
  case failure::invalid: return "invalid";
  case failure::unreachable: return "unreachable";
  case failure::timeout: return "timeout";
  case failure::canceled: return "canceled";
  case failure::refused: return "refused";
  case failure::throttled: return "throttled";
  case failure::server: return "server";
  case failure::answer: return "answer";
  }
  return "?";
}

bool error::passing() const noexcept {
  return kind == failure::unreachable || kind == failure::timeout || kind == failure::throttled ||
         kind == failure::server;
}

std::string words(const error& e) {
  std::string text;
  if (!e.where.empty()) text += e.where + ": ";
  text += e.message;
  if (e.http_status != 0 && !e.query_id.empty())
    text += fmt::format(" (HTTP {}, query {})", e.http_status, e.query_id);
  else if (e.http_status != 0)
    text += fmt::format(" (HTTP {})", e.http_status);
  if (!e.advice.empty()) text += "; " + e.advice;
  return text;
}

} // namespace ovhl
