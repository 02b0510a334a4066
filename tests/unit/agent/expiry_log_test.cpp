#include "agent/expiry_log.hpp"
#include "support/listening_pipe.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace ovhl;
using namespace std::chrono_literals;
using std::chrono::days;

namespace {

struct stage {
  test::listening_pipe pipe;
  os::log log{os::log_format::text, os::level::info, pipe.fd()};
  agent::expiry_log all{log};
  const instant now = *parse_timestamp("2026-11-20T12:00:00Z");

  std::vector<std::string> report(const publish::account_row& account, instant at) {
    all.report(std::span(&account, 1), at);
    return pipe.lines_heard();
  }
};

using said = std::vector<std::string>;

publish::account_row key_until(instant end) {
  publish::account_row account;
  account.account = "main";
  account.credential_expiry = end;
  return account;
}

} // namespace

TEST_CASE("what expires in a month or later is no news, nor what never does") {
  stage s;
  CHECK(s.report(key_until(s.now + days(30)), s.now).empty());
  publish::account_row never;
  never.account = "main";
  CHECK(s.report(never, s.now).empty());
}

TEST_CASE("a credential that expires within a month is told, once") {
  stage s;
  const auto account = key_until(s.now + days(29) + 3h);
  CHECK(s.report(account, s.now) ==
        said{"warning the consumer key of account main expires at 2026-12-19T15:00:00Z (in 29 d 3 "
             "h); run 'ovh-licensed login' again, then restart the service"});
  for (auto at = s.now; at < s.now + days(15); at += 12h)
    CHECK(s.report(account, at).empty());
}

TEST_CASE("as an end comes nearer it is told again, at most once a day, and when it is past") {
  stage s;
  const auto account = key_until(s.now + days(30));
  int lines = 0;
  std::string last;
  for (auto at = s.now; at <= s.now + days(40); at += 12h) {
    const auto heard = s.report(account, at);
    CHECK(heard.size() <= 1);
    lines += static_cast<int>(heard.size());
    if (!heard.empty()) last = heard.front();
  }
  CHECK(lines == 6);
  CHECK(last.find("the consumer key of account main expired at 2026-12-20T12:00:00Z; ") !=
        std::string::npos);
}

TEST_CASE("an end that moves is told again, and one that has moved away is over") {
  stage s;
  CHECK(s.report(key_until(s.now + days(5)), s.now).size() == 1);
  CHECK(s.report(key_until(s.now + days(6)), s.now).size() == 1);
  CHECK(
      s.report(key_until(s.now + days(300)), s.now) ==
      said{"info  resolved: the consumer key of account main now expires at 2027-09-16T12:00:00Z"});
  CHECK(s.report(key_until(s.now + days(300)), s.now).empty());
  CHECK(s.report(key_until(s.now + days(5)), s.now).size() == 1);
}

TEST_CASE("each service is told by itself") {
  stage s;
  publish::account_row account;
  account.account = "main";
  account.service_expiry = {{"pcc-1", *parse_date("2026-12-01")},
                            {"pcc-2", *parse_date("2027-12-01")},
                            {"pcc-3", *parse_date("2026-12-02")},
                            {"pcc-4", {*parse_date("2026-12-01"), true}},  // renews itself
                            {"pcc-5", {*parse_date("2026-11-01"), true}}}; // did not
  CHECK(s.report(account, s.now) ==
        said{"warning service pcc-1 of account main expires on 2026-12-01 (in 10 d 12 h); renew it",
             "warning service pcc-3 of account main expires on 2026-12-02 (in 11 d 12 h); renew it",
             "warning service pcc-5 of account main expired on 2026-11-01; renew it"});
}
