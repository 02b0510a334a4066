// Answers of list routes: plain ids, or a page of objects if the request wants pages.
#pragma once

#include "simulator/json_text.hpp"
#include "simulator/routes.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace ovhl::sim {

struct page {
  std::size_t size = 0;
  std::size_t number = 1; // from 1
};
// The page that the request wants; nothing: plain ids. Throws a refusal if its headers are wrong.
std::optional<page> wanted_page(const call&);

// `append(out, i)` writes element i.
template <class Append>
void append_list(std::string& out, std::size_t first, std::size_t last, Append append) {
  out += '[';
  for (auto i = first; i < last; ++i) {
    if (i != first) out += ',';
    append(out, i);
  }
  out += ']';
}

template <class AppendObject>
reply page_of(const page& wanted, std::size_t total, AppendObject append) {
  const auto first = std::min((wanted.number - 1) * wanted.size, total);
  reply answer;
  append_list(answer.body, first, std::min(first + wanted.size, total), append);
  answer.headers["X-Pagination-Elements"] = std::to_string(total);
  answer.headers["X-Pagination-Number"] = std::to_string(wanted.number);
  answer.headers["X-Pagination-Size"] = std::to_string(wanted.size);
  return answer;
}

template <class AppendId, class AppendObject>
reply listing(const call& c, std::size_t total, AppendId id, AppendObject object) {
  if (const auto wanted = wanted_page(c)) return page_of(*wanted, total, object);
  reply answer;
  append_list(answer.body, 0, total, id);
  return answer;
}

} // namespace ovhl::sim
