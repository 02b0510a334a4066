// apply: what is shown, what is asked, what is made, and what the exit status says of it.
#include "stage.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>

using namespace ovhl::test;

namespace {

constexpr const char* to_make = R"(To be made: 3 corrections
VM     ID  WHERE     ACTION   BEFORE                 AFTER                  WHY
web-2   2  pcc-1/12  declare  none                   windows 2022 Standard  windows2019srvNext_64Guest (Windows Server 2022) expects 'windows 2022 Standard', none is declared [policy: guest_os_families 'windows2019srvNext_64Guest']
tux-2   4  pcc-1/12  remove   windows 2022 Standard  none                   debian11_64Guest expects no license, 'windows 2022 Standard' is declared [policy: guest_os_families '*']
old-1   5  pcc-1/12  replace  windows 2022 Standard  windows 2019 Standard  declared 'windows 2022 Standard', expected 'windows 2019 Standard' [policy: guest_os_families 'windows2019srv_64Guest']

1 to declare, 1 to replace, 1 to remove.
)";

void enforce(const stage& s, std::string_view guards = "confirm_polls: 1, grace: 0s") {
  s.write("policy.yaml", policy_that("enforce", guards));
}

void is_corrected(stage& s) {
  CHECK(s.license(2) == "\"windows 2022 Standard\"");
  CHECK(s.license(4) == "null");
  CHECK(s.license(5) == "\"windows 2019 Standard\"");
  CHECK(s.posts().size() == 3);
  CHECK(s.api.violations() == std::vector<std::string>{});
}

} // namespace

TEST_CASE("apply --yes shows what it will make, makes it, and says what became of it") {
  stage s;
  enforce(s);
  const outcome o = s.run({"apply", "--yes"});
  CHECK(o.status == 0);
  CHECK(o.err == "");
  CHECK(o.out.starts_with(to_make));
  const std::string results = o.out.substr(std::string_view(to_make).size());
  for (const char* row :
       {"web-2 (2, pcc-1/12): declared windows 2022 Standard\n",
        "tux-2 (4, pcc-1/12): removed windows 2022 Standard\n",
        "old-1 (5, pcc-1/12): replaced windows 2022 Standard by windows 2019 Standard\n"})
    CHECK(count(results, row) == 1); // as it ends
  CHECK(lines(results).size() == 6);
  CHECK(results.ends_with("\n\n1 declared, 1 replaced, 1 removed.\n"));
  is_corrected(s);
  CHECK_FALSE(s.has_status()); // the daemon's file is the daemon's
}

TEST_CASE("apply says that nothing is due where all is well, and ends at once") {
  stage s;
  enforce(s);
  make_compliant(s);
  const outcome o = s.run({"apply", "--yes"});
  CHECK(o.status == 0);
  CHECK(o.out == "Nothing is due.\n");
  CHECK(s.posts().empty());
}

TEST_CASE("on a terminal apply asks, and yes makes the corrections") {
  for (const char* yes : {"y\n", "yes\n", "Y\n", "Yes\n", "YES\n"}) {
    CAPTURE(yes);
    stage s;
    enforce(s);
    process& it = asking(s);
    CHECK(contains(it.out(), "1 to declare, 1 to replace, 1 to remove."));
    CHECK(contains(it.out(), "\nApply these 3 corrections? [y/N] "));
    CHECK(s.posts().empty());
    it.type(yes);
    CHECK(it.wait_for_end().status == 0);
    CHECK(contains(it.out(), "1 declared, 1 replaced, 1 removed."));
    is_corrected(s);
  }
}

TEST_CASE("on a terminal whatever is not yes changes nothing") {
  const std::string end_of_input = "\x04";
  for (const std::string& no : {std::string("n\n"), std::string("\n"), std::string("yess\n"),
                                std::string("y \n"), end_of_input}) {
    CAPTURE(no);
    stage s;
    enforce(s);
    process& it = asking(s);
    it.type(no);
    CHECK(it.wait_for_end().status == 2);
    CHECK(it.out().ends_with("\nNothing was changed.\r\n"));
    CHECK(s.posts().empty());
  }
}

TEST_CASE("a question about one correction is about one") {
  stage s;
  enforce(s);
  make_compliant(s);
  s.api.control("PATCH", "/control/vms/4", R"({"license": "windows 2022 Standard"})");
  process& it = asking(s);
  CHECK(contains(it.out(), "\nApply this correction? [y/N] "));
}

TEST_CASE("Ctrl-C at the question is a no, and so is a lost connection") {
  stage s;
  enforce(s);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    CAPTURE(signal);
    process& it = asking(s);
    if (signal == SIGINT)
      it.type("\x03");
    else
      it.signal(signal);
    CHECK(it.wait_for_end().status == 2);
    CHECK(it.out().ends_with("\nNothing was changed.\r\n"));
    CHECK(s.posts().empty());
  }
  CHECK(s.run({"apply", "--yes"}).status == 0);
}

TEST_CASE("without a terminal apply needs --yes, and looks at nothing before") {
  stage s;
  enforce(s);
  const outcome o = s.run({"apply"});
  CHECK(o.status == 1);
  CHECK(o.out == "");
  CHECK(o.err ==
        "ovh-licensed: apply: there is no terminal to ask on; use --yes to apply without asking\n");
  CHECK(s.api.requests().empty());
  CHECK_FALSE(std::filesystem::exists(s.path("ledger.db")));
}

TEST_CASE("where corrections are off apply is refused") {
  stage s;
  enforce(s);
  configuration c;
  c.corrections = "off";
  s.configure(c);
  const outcome o = s.run({"apply", "--yes"});
  CHECK(o.status == 1);
  CHECK(o.err ==
        "ovh-licensed: config.yaml: corrections are off; set corrections: on to apply any\n");
  CHECK(s.api.requests().empty());
}

TEST_CASE("what the mode leaves is nothing to do for apply, and it says so") {
  stage s; // mode report
  outcome o = s.run({"apply", "--yes"});
  CHECK(o.status == 0);
  CHECK(contains(o.out, "\nweb-2   2  pcc-1/12  declare  mode 'report' changes nothing\n"));
  CHECK(o.out.ends_with("\nNothing to do: 3 corrections are due, 3 left by mode report. To apply "
                        "them, set mode enforce in the policy, or mode declare for only 1 to "
                        "declare.\n"));
  CHECK(s.posts().empty());

  s.write("policy.yaml", policy_that("declare"));
  o = s.run({"apply", "--yes"});
  CHECK(o.status == 0);
  CHECK(contains(o.out, "\n1 to declare; 2 left by mode declare.\n"));
  CHECK(o.out.ends_with("\n1 declared, 2 left by mode declare.\n"));
  CHECK(s.posts().size() == 1);
  CHECK(s.license(2) == "\"windows 2022 Standard\"");
}

TEST_CASE("apply makes only what was asked for, by VM and by kind") {
  stage s;
  enforce(s);
  outcome o = s.run({"apply", "--yes", "--vm", "WEB-2", "--vm", "4", "--only", "remove"});
  CHECK(o.status == 0);
  CHECK(contains(o.out, "\nLeft out by --vm or --only: 2 corrections.\n"));
  CHECK(o.out.ends_with("\n1 removed.\n"));
  CHECK(s.posts().size() == 1);
  CHECK(s.license(4) == "null");
  o = s.run({"apply", "--yes", "--vm", "web-1"});
  CHECK(o.status == 0);
  CHECK(o.out.starts_with("Nothing to do for this selection.\n"));
  CHECK(s.posts().size() == 1);
}

TEST_CASE("apply --vm is refused where nobody or several are called so, and nothing is sent") {
  stage s;
  enforce(s);
  outcome o = s.run({"apply", "--yes", "--vm", "web-22"});
  CHECK(o.status == 1);
  CHECK(contains(o.err, "ovh-licensed: --vm: no VM has the name or ID 'web-22'; did you mean "
                        "'web-2'?; nothing was changed\n"));
  s.api.control("PATCH", "/control/vms/4", R"({"name": "web-2"})");
  o = s.run({"apply", "--yes", "--vm", "web-2"});
  CHECK(o.status == 1);
  CHECK(contains(o.err, "--vm: 2 VMs have the name or ID 'web-2': 2 in pcc-1/12, 4 in pcc-1/12; "
                        "nothing was changed; give the ID of the one you mean\n"));
  for (const auto& empty :
       {std::vector<std::string>{"apply", "--yes", "--vm", ""}, {"explain", ""}, {"history", ""}}) {
    CAPTURE(empty.front());
    o = s.run(empty);
    CHECK(o.status == 1);
    CHECK(contains(o.err, "must not be empty"));
  }
  CHECK(s.run({"apply", "--yes", "--only", "erase"}).status == 1);
  CHECK(s.posts().empty());
}

TEST_CASE("closed windows hold a person back too") {
  using namespace std::chrono;
  const auto in_three_days = weekday(floor<days>(system_clock::now()) + days(3));
  const std::array names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
  stage s;
  enforce(s, fmt::format("confirm_polls: 1, grace: 0s, windows: [{{days: {}, from: \"08:00\", to: "
                         "\"18:00\", time_zone: Europe/Paris}}]",
                         names.at(in_three_days.c_encoding())));
  const outcome o = s.run({"apply", "--yes"});
  CHECK(o.status == 4);
  CHECK(contains(o.out, "web-2   2  pcc-1/12  declare  held by windows: outside the policy's "
                        "windows until 20"));
  CHECK(o.out.ends_with("\nNothing can be corrected now; 3 not made for another reason.\n"));
  CHECK(s.posts().empty());
}

TEST_CASE("a correction that fails is told with its reason, and tried again only by a person") {
  stage s;
  s.configure(impatient());
  enforce(s);
  s.api.control("POST", "/control/outcomes", R"({"outcome": "error", "times": 3})");
  outcome o = s.run({"apply", "--yes"});
  CHECK(o.status == 4);
  CHECK(contains(o.out, "\n3 failed.\n"));
  CHECK(count(o.out, "failed") == 7); // as each ends, in the table, and in sum
  o = s.run({"apply", "--yes"});
  CHECK(o.status == 0);
  CHECK(contains(o.out, "exceeds retry_after (next try 20"));
  CHECK(s.posts().size() == 6);
  CHECK(s.api.violations() == std::vector<std::string>{});
}

TEST_CASE("what could not be read is not touched, and apply claims nothing about it") {
  stage s;
  enforce(s);
  s.api.arm(refusal("/dedicatedCloud/pcc-2/datacenter/20/*"));
  const outcome o = s.run({"apply", "--yes"});
  CHECK(o.status == 3);
  CHECK(contains(o.err, "ovh-licensed: account main: GET "
                        "/dedicatedCloud/pcc-2/datacenter/20/vmLicensed: "));
  CHECK(contains(o.out, "1 declared, 1 replaced, 1 removed."));
  is_corrected(s);
}

TEST_CASE("while not everything could be read, apply --vm takes neither a name nor an ID that "
          "another service may have") {
  stage s;
  enforce(s);
  s.api.arm(refusal("/dedicatedCloud/pcc-2/datacenter/20/*"));
  for (const char* vm : {"web-2", "2"}) {
    const outcome o = s.run({"apply", "--yes", "--vm", vm});
    CHECK(o.status == 3);
    CHECK(contains(o.err, fmt::format("ovh-licensed: --vm: not everything could be read, so '{}' "
                                      "may also be another VM; nothing was changed; try again "
                                      "when everything can be read\n",
                                      vm)));
    CHECK(s.posts().empty());
  }
}

TEST_CASE("apply corrects nothing that it could not record") {
  stage s;
  enforce(s);
  configuration c;
  c.ledger = "missing/ledger.db";
  s.configure(c);
  const outcome o = s.run({"apply", "--yes"});
  CHECK(o.status == 1);
  CHECK(contains(o.err, "missing/ledger.db"));
  CHECK(contains(o.err, "create the directory 'missing'"));
  CHECK(s.api.requests().empty());
}
