#include "agent/problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace ovhl::agent {

namespace {

constexpr std::size_t most = 100;

std::string without_query_id(error e) {
  e.query_id.clear();
  return words(e);
}

// What makes two problems the same. For those that may pass on their own the message is ignored: it
// has the number of tries and the time waited, which differ from poll to poll.
std::string gist(const error& e) {
  if (!e.passing()) return without_query_id(e);
  return fmt::format("{}: {} {}", e.where, name(e.kind), e.http_status);
}

bool same(const error& a, const error& b) {
  return std::tie(a.where, a.kind, a.http_status) == std::tie(b.where, b.kind, b.http_status);
}

} // namespace

problems::change problems::update(const std::string& source, const std::vector<error>& now,
                                  instant at) {
  for (publish::problem_row& row : last_)
    if (row.source == source)
      row.stands = row.stands && std::any_of(now.begin(), now.end(),
                                             [&](const error& e) { return same(e, row.what); });
  change made;
  std::map<std::pair<std::string, std::string>, std::string> present;
  for (const error& e : now) {
    auto key = std::pair(source, gist(e));
    const bool known = current_.contains(key);
    if (!present.emplace(std::move(key), without_query_id(e)).second || known) continue;
    made.begun.push_back(e);
    if (last_.size() == most) last_.erase(last_.begin());
    last_.push_back({at, e, source});
  }
  for (auto it = current_.begin(); it != current_.end();) {
    const auto& [key, in_words] = *it;
    if (key.first != source || present.contains(key)) {
      ++it;
    } else {
      made.resolved.push_back(in_words);
      it = current_.erase(it);
    }
  }
  current_.merge(present);
  return made;
}

std::string problems::in_one_line() const {
  if (current_.empty()) return {};
  const std::string& first = current_.begin()->second;
  return current_.size() == 1 ? first : fmt::format("{} (and {} more)", first, current_.size() - 1);
}

} // namespace ovhl::agent
