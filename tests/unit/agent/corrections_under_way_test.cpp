// Which corrections are under way, and who is told of what.
#include "agent/corrections_under_way.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace ovhl;
using namespace ovhl::agent;
using licensing::correction_state;
using licensing::due_state;

namespace {

const licensing::vm_key one{{"main", "pcc-192-0-2-1", 12}, 1},
    two{{"main", "pcc-192-0-2-1", 12}, 2};

correction_state running(const char* words) { return {due_state::running, {}, {}, words, {}}; }

} // namespace

TEST_CASE("a change is told once, and nobody is told of a beginning") {
  std::vector<std::string> told;
  corrections_under_way all([&](const auto& which, const correction_state& now) {
    told.push_back(std::to_string(which.id) + ": " + now.words);
  });
  all.begin(one, running(""));
  CHECK(told.empty());
  all.change(one, running("waits for its turn"));
  CHECK(told.empty());
  all.change(one, running("looks"));
  all.change(one, running("looks"));
  all.end(one, {due_state::done, {}, {}, "done", {}});
  CHECK(told == std::vector<std::string>{"1: looks", "1: done"});
  CHECK_FALSE(all.has(one));
}

TEST_CASE("what is due and not under way is reported, the rest has its state") {
  corrections_under_way all([](const auto&, const auto&) {});
  all.begin(two, running("looks"));
  std::vector<licensing::due_correction> due(2);
  due[0].which = one;
  due[1].which = two;
  const auto now = all.of(std::make_shared<const std::vector<licensing::due_correction>>(due));
  CHECK(now[0].state.state == due_state::reported);
  CHECK(now[1].due.which == two);
  CHECK(now[1].state == running("looks"));
}
