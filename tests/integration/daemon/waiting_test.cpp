// What a person at a terminal sees of every command that waits for an API that does not answer.
#include "logging_in.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <regex>
#include <string>
#include <vector>

using namespace ovhl::test;
namespace sim = ovhl::sim;

namespace {

sim::fault deaf(std::string_view path) {
  sim::fault f;
  f.kind = "hang";
  f.path = path;
  f.times = 0;
  return f;
}

bool moves(const std::string& text) {
  return std::regex_search(text, std::regex("\rwaiting for localhost, 2 s *\r")) &&
         std::regex_search(text, std::regex("\rwaiting for localhost, 3 s"));
}

} // namespace

TEST_CASE("at a terminal every command that waits for the API says so, and for how long") {
  stage s;
  s.write("ovh.conf", s.api.conf(), 0600);
  s.api.arm(deaf("/dedicatedCloud"));
  s.api.arm(deaf("/auth/credential"));
  std::vector<process*> all;
  for (const std::vector<std::string>& command : {std::vector<std::string>{"plan"},
                                                  {"explain", "web-1"},
                                                  {"check", "--online"},
                                                  {"apply"},
                                                  {"login"}})
    all.push_back(&s.start(at_terminal(s.command(command))));
  process& piped = s.start(s.command({"plan"})); // meanwhile
  for (process* one : all)
    one->wait_until("a line that moves", [&] { return moves(one->out()); });
  CHECK(piped.out() + piped.err() == "");
  for (process* one : all)
    one->kill();
  piped.kill();
}

TEST_CASE("the line names the try") {
  stage s;
  configuration c;
  c.api = "{requests_per_minute: 0, timeout: 1s}";
  s.configure(c);
  s.api.arm(deaf("/dedicatedCloud"));
  process& plan = s.start(at_terminal(s.command({"plan"})));
  plan.wait_until("the second try",
                  [&] { return contains(plan.out(), "\rwaiting for localhost, 2 s, try 2"); });
  plan.kill();
}
