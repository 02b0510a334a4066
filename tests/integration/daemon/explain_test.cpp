// explain and test: how the policy comes to a verdict, and whether it is the one wanted.
#include "stage.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <regex>

using namespace ovhl::test;

// ---- explain ----

TEST_CASE(
    "explain tells what was seen, what was tried and the verdict, by name in any case or by id") {
  stage s;
  const outcome by_id = s.run({"explain", "2"});
  CHECK(by_id.status == 2);
  CHECK(s.run({"explain", "web-2"}).out == by_id.out);
  CHECK(s.run({"explain", "WEB-2"}).out == by_id.out);
  for (const char* line :
       {"web-2 (2)\n", "  service                 pcc-1\n", "  datacenter              12\n",
        "  guest OS, configured    windows2019srvNext_64Guest (Windows Server 2022)\n",
        "  license                 none\n",
        "  license in vmLicensed   none (OVHcloud counts it as Windows)\n",
        "\nTried, in order:\n  · rule 'own licenses': name 'web-2' is not one of byol-*\n",
        "  ✓ guest_os_families 'windows2019srvNext_64Guest': ", "\nVerdict: missing\n",
        "  decided by: guest_os_families 'windows2019srvNext_64Guest'\n",
        "  due: declare 'windows 2022 Standard'\n", "  mode report: only reports it\n"}) {
    CAPTURE(line);
    CHECK(contains(by_id.out, line));
  }
}

TEST_CASE("explain is fine with a review that a person has acknowledged until a day to come") {
  stage s;
  const auto acknowledge = [&](const char* until) {
    s.write("policy.yaml",
            fmt::format("mode: report\nguest_os_families: {{\"*\": review}}\nrules:\n"
                        "  - name: asked\n    match: {{name: \"desk-*\"}}\n"
                        "    license: review\n    reason: asked the owner\n"
                        "    until: {}\n",
                        until));
  };
  acknowledge("2099-12-31");
  outcome o = s.run({"explain", "desk-1"});
  CHECK(contains(o.out, "\nVerdict: review\n"));
  CHECK(o.status == 0);
  CHECK(s.run({"explain", "web-2"}).status == 2);
  o = s.run({"plan"});
  CHECK(contains(o.out, "\nAcknowledged: 1 VM\n"));
  CHECK(contains(o.out, ", 1 acknowledged, "));
  acknowledge("2000-01-01");
  CHECK(s.run({"explain", "desk-1"}).status == 2);
}

TEST_CASE("explain is fine with a VM for which nothing is due") {
  stage s;
  const outcome o = s.run({"explain", "byol-1"});
  CHECK(o.status == 0);
  CHECK(contains(o.out, "\nVerdict: exempt\n"));
  CHECK(contains(o.out, "Volume licensing agreement 1234567"));
}

TEST_CASE("explain is not fine with a VM about which a person must decide") {
  stage s;
  s.daemon_at_rest();
  int told = 0;
  const auto status = s.status();
  for (const auto& f : status.at("findings").as_array()) {
    const std::string verdict(f.at("verdict").as_string());
    if (verdict != "review" && verdict != "mismatch") continue;
    CAPTURE(verdict);
    CHECK(s.run({"explain", std::string(f.at("name").as_string())}).status == 2);
    ++told;
  }
  CHECK(told == 2);
}

TEST_CASE("explain shows what it can and says by its exit status that not everything was seen") {
  stage s;
  s.api.arm(refusal("/dedicatedCloud/pcc-2/datacenter/20/*"));
  const outcome o = s.run({"explain", "web-2"});
  CHECK(o.status == 3);
  CHECK(contains(o.out, "Verdict: missing"));
  CHECK(contains(o.err, "/dedicatedCloud/pcc-2/datacenter/20/vmLicensed: "));
}

TEST_CASE("explain names the nearest where it knows no such VM") {
  stage s;
  const outcome o = s.run({"explain", "web2"});
  CHECK(o.status == 1);
  CHECK(o.out == "");
  CHECK(std::regex_match(o.err, std::regex("ovh-licensed: no VM has the name or ID 'web2'; did you "
                                           "mean 'web-[12]'\\?\n")));
}

TEST_CASE("explain does not claim that a VM is not there where it could not look everywhere") {
  stage s;
  s.api.arm(refusal("/dedicatedCloud/pcc-2/*"));
  CHECK(s.run({"explain", "byol-1"}).status == 3);
}

TEST_CASE("explain tells of each where two VMs have one name") {
  stage s;
  s.api.control("PATCH", "/control/vms/6", R"({"name": "Web-1"})");
  const outcome o = s.run({"explain", "web-1"});
  CHECK(o.status == 2); // for one of them
  CHECK(contains(o.out, "web-1 (1)\n"));
  CHECK(contains(o.out, "Web-1 (6)\n"));
  CHECK(count(o.out, "\nVerdict: ") == 2);
}

// ---- test ----

TEST_CASE(
    "test tells that all examples came out as expected, without the network and credentials") {
  stage s;
  std::filesystem::remove(s.path("ovh.conf"));
  s.write("examples.yaml", R"(examples:
  - name: new servers
    vm: {name: web-1, guest_os_family: windows2019srvNext_64Guest}
    expect: {verdict: missing, license: windows 2022 Standard, action: setLicense}
  - vm: {name: byol-7, guest_os_family: windows2019srvNext_64Guest}
    expect: {verdict: exempt, rule: own licenses}
  - vm: {name: tux, guest_os_family: debian11_64Guest}
    expect: compliant
)");
  const outcome o = s.run({"test", "examples.yaml"});
  CHECK(o.status == 0);
  CHECK(o.out == "3 passed, 0 failed\n");
  CHECK(o.err == "");
  CHECK(s.api.requests().empty());
}

TEST_CASE("an example may expect that nothing in the policy decides") {
  stage s;
  s.write("policy.yaml", "rules:\n  - {name: one, match: {name: a}, license: none}\n");
  s.write("examples.yaml", R"(examples:
  - vm: {name: b, guest_os_family: windows2019srv_64Guest}
    expect: {verdict: review, rule: none}
  - vm: {name: a, guest_os_family: windows2019srv_64Guest}
    expect: {verdict: compliant, rule: none}
)");
  const outcome o = s.run({"test", "examples.yaml"});
  CHECK(o.status == 1);
  CHECK(contains(o.out, "examples.yaml:4: a\n    rule: expected 'none', got 'rule 'one''\n"));
  CHECK(contains(o.out, "1 passed, 1 failed\n"));
}

TEST_CASE("test tells every difference of the examples that came out otherwise") {
  stage s;
  s.write("examples.yaml", R"(examples:
  - name: new servers
    vm: {name: web-1, guest_os_family: windows2019srvNext_64Guest}
    expect: {verdict: compliant, license: none, action: none, rule: own licenses}
  - vm: {name: tux, guest_os_family: debian11_64Guest}
    expect: compliant
)");
  const outcome o = s.run({"test", "examples.yaml"});
  CHECK(o.status == 1);
  CHECK(o.out == R"(examples.yaml:2: new servers
    verdict: expected 'compliant', got 'missing'
    license: expected 'none', got 'windows 2022 Standard'
    action: expected 'none', got 'setLicense'
    rule: expected 'own licenses', got 'guest_os_families 'windows2019srvNext_64Guest''
    because: windows2019srvNext_64Guest (Windows Server 2022) expects 'windows 2022 Standard', none is declared
1 passed, 1 failed
)");
}

TEST_CASE("test locates the mistakes in a file of examples") {
  stage s;
  s.write("examples.yaml", "examples:\n  - vm: {nme: x}\n    expect: missing\n");
  const outcome o = s.run({"test", "examples.yaml"});
  CHECK(o.status == 1);
  CHECK(o.out == "");
  CHECK(contains(o.err, "examples.yaml:2:10: unknown key 'nme'; did you mean 'name'?\n"));
  CHECK(s.run({"test", "missing.yaml"}).err ==
        "missing.yaml: cannot be read: No such file or directory\n");
}
