// Where no VM could be seen there are no numbers, but the reason, and the step that fits it.
#include "stage.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ovhl::test;
namespace sim = ovhl::sim;

namespace {

sim::fault answering(int status, const char* code) {
  sim::fault f;
  f.path = "/dedicatedCloud";
  f.status = status;
  f.times = 0;
  f.body = std::string(R"({"class":"Client::)") + code + R"(","errorCode":")" + code +
           R"(","message":"This is what OVHcloud says of it"})";
  return f;
}

} // namespace

TEST_CASE("nothing seen is no 0 VMs anywhere, and the next step fits the error") {
  struct row {
    int status;
    const char *code, *step, *other;
  };
  for (const auto& [status, code, step, other] :
       {row{403, "INVALID_CREDENTIAL", "\nsudo ovh-licensed login ",
            "\nsudo ovh-licensed check --online"},
        row{403, "NOT_GRANTED_CALL", "\nsudo ovh-licensed check --online ",
            "\nsudo ovh-licensed login"}}) {
    CAPTURE(code);
    stage s;
    s.api.arm(answering(status, code));
    s.wait_for_state(s.start_daemon(), "failing");

    const outcome shown = s.run({"status"});
    CHECK(shown.status == 3);
    CHECK_FALSE(contains(shown.out, "0 VMs"));
    CHECK(contains(shown.out, "\nNo VM has been seen\naccount main: GET /dedicatedCloud: This is "
                              "what OVHcloud says of it"));
    CHECK(contains(shown.out, step));
    CHECK_FALSE(contains(shown.out, other));

    const outcome checked = s.run({"status", "--format", "icinga"});
    CHECK(checked.status == 2);
    CHECK(contains(checked.out, "; no VM has been seen | poll_age="));
    CHECK_FALSE(contains(checked.out, "vms="));
    CHECK_FALSE(contains(checked.out, "due="));

    const outcome planned = s.run({"plan"});
    CHECK(planned.status == 3);
    CHECK_FALSE(contains(planned.out, "0 VMs"));
    CHECK(contains(planned.out + planned.err, "This is what OVHcloud says of it"));

    const outcome applied = s.run({"apply", "--yes"});
    CHECK(applied.status == 3);
    CHECK(applied.out.ends_with("Nothing could be read, so what is due is unknown.\n"));
    CHECK(contains(applied.err, "This is what OVHcloud says of it"));

    const outcome explained = s.run({"explain", "web-2"});
    CHECK(explained.status == 3);
    CHECK(contains(explained.err,
                   "\novh-licensed: 'web-2' is not among the VMs that could be read\n"));
  }
}
