// Makes an error about a file or about what a person wrote: where, what, and what to do.
#pragma once

#include "base/error.hpp"

#include <string>
#include <utility>

namespace ovhl {

inline error wrong(std::string where, std::string message, std::string advice = {}) {
  error e;
  e.where = std::move(where);
  e.message = std::move(message);
  e.advice = std::move(advice);
  return e;
}

} // namespace ovhl
