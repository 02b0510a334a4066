// The present problems, by their source ("poll", "ledger"), and the last hundred that began.
#pragma once

#include "base/error.hpp"
#include "base/timestamp.hpp"
#include "publish/snapshot.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace ovhl::agent {

class problems {
 public:
  struct change {
    std::vector<error> begun;
    std::vector<std::string> resolved; // in words
  };
  // `now` is everything that is wrong with the source.
  change update(const std::string& source, const std::vector<error>& now, instant at);

  const std::vector<publish::problem_row>& last() const noexcept { return last_; }
  // The first of the present problems, and how many more there are. Empty if none.
  std::string in_one_line() const;

 private:
  std::map<std::pair<std::string, std::string>, std::string> current_; // by source and gist
  std::vector<publish::problem_row> last_;
};

} // namespace ovhl::agent
