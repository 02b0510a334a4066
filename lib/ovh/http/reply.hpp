// The answer to a request, or why there is none.
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace ovhl::ovh {

struct reply {
  int status = 0; // 0: nothing, see problem
  std::string query_id;
  std::optional<std::int64_t> pagination_elements;
  std::string
      date; // by the other side's clock; empty: it has none, or the answer comes from a cache
  std::string retry_after;
  std::string location;
  std::string error_body; // of an answer that is not 2xx, its beginning
  bool html = false;

  std::optional<error> problem; // there is no answer, or its body cannot be used
  bool again = false;           // another try may succeed
  bool sent = false;            // part of the request may have been sent

  bool good() const noexcept { return !problem && status >= 200 && status < 300; }
  void fail(failure kind, std::string message, bool another_try) {
    problem.emplace();
    problem->kind = kind;
    problem->message = std::move(message);
    again = another_try;
  }
};

} // namespace ovhl::ovh
