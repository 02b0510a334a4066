#include "ovh/api/tasks.hpp"

#include "base/text.hpp"
#include "base/url.hpp"
#include "licensing/inventory.hpp"

#include <fmt/format.h>

#include <utility>

namespace ovhl::ovh {

namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) {
  return (c >= 'a' && c <= 'z') || digit(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

// Whether a word of a description continues at `at` in the direction `step`: a hyphen or a dot
// belongs to a name unless the name ends with it.
bool goes_on(std::string_view text, std::size_t at, int step) {
  if (at >= text.size()) return false;
  if (letter(text[at])) return true;
  const std::size_t beyond = at + static_cast<std::size_t>(step);
  return (text[at] == '-' || text[at] == '.') && beyond < text.size() && letter(text[beyond]);
}

bool has_word(std::string_view text, std::string_view word) {
  if (word.empty()) return false;
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1))
    if (!goes_on(text, at - 1, -1) && !goes_on(text, at + word.size(), 1)) return true;
  return false;
}

// The year of a license's name: "windows 2019 Standard SQL2022 Web".
bool year_of_a_license(std::string_view before) {
  return before.ends_with("windows ") || before.ends_with("sql");
}

struct numbers {
  bool any = false, wanted = false;
};
numbers numbers_in(std::string_view text, std::string_view wanted) {
  numbers out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!digit(text[at])) continue;
    const std::size_t from = at;
    while (at < text.size() && digit(text[at]))
      ++at;
    if (year_of_a_license(text.substr(0, from))) continue;
    out.any = true;
    out.wanted = out.wanted || text.substr(from, at - from) == wanted;
  }
  return out;
}

} // namespace

bool task_facts::about_licenses() const {
  if (!licensing::intact(name)) return true; // it may be
  const std::string low = lowered(name);
  return low.find("license") != std::string::npos || low.find("licence") != std::string::npos;
}

bool task_facts::concerns(std::int64_t vm, std::string_view vm_name) const {
  const std::string low = lowered(description);
  const numbers found = numbers_in(low, std::to_string(vm));
  if (found.wanted || has_word(low, lowered(vm_name))) return true;
  const bool clear = licensing::intact(description) && licensing::intact(vm_name);
  return about_licenses() && (!found.any || !clear);
}

task_reader::task_reader() {
  object_.arrived = [this] {
    facts = {id_.integer, name_.text, state_.text,
             description_.known ? description_.text : std::string()};
    if (expected && facts.id != *expected)
      refuse(fmt::format("expected task {}, found task {}", *expected, facts.id));
  };
  read(object_);
}

awaitable<result<std::vector<std::int64_t>>>
list_tasks(client& api, std::string service, std::string_view state, steady_point deadline) {
  ids_reader body(json_reader::small_body);
  const auto got = co_await ask_afresh(api, below(service, "/task?state=" + percent_encoded(state)),
                                       body, deadline);
  if (!got) co_return got.error();
  co_return std::move(body.values);
}

awaitable<result<task_facts>> get_task(client& api, std::string service, std::int64_t task,
                                       steady_point deadline) {
  task_reader body;
  body.expected = task;
  const auto got =
      co_await ask_afresh(api, below(service, fmt::format("/task/{}", task)), body, deadline);
  if (!got) co_return got.error();
  co_return std::move(body.facts);
}

} // namespace ovhl::ovh
