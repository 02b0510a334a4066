// A datacenter of which one VM's texts are damaged, and one in which a VM stands twice.
#include "against.hpp"

using namespace ovhl;
using namespace ovhl::test;

namespace {

const std::string base = "/dedicatedCloud/pcc-1/datacenter/12/vm";

void answer(against& t, const std::string& path, const std::string& body) {
  sim::fault f;
  f.path = path;
  f.kind = "wrong_shape";
  f.times = 0;
  f.body = body;
  t.api.arm(f);
}

std::string vm(int id, const std::string& fields) {
  return fmt::format(R"({{"vmId": {}, {}}})", id, fields);
}

const licensing::vm& found(const licensing::datacenter& d, std::int64_t id) {
  for (const licensing::vm& v : d.vms)
    if (v.id == id) return v;
  FAIL("VM " << id << " is not there");
  return d.vms.front();
}

} // namespace

TEST_CASE("one damaged text, or one too long, does not hide a datacenter") {
  const std::string r = "\xEF\xBF\xBD";
  struct row {
    std::string text, name;
  };
  for (const row& it : {row{R"(web\ud800-1)", "web" + r + "-1"},
                        {R"(web\u0000)", std::string("web\0", 4)},
                        {std::string(100'000, 'w'), std::string(1000, 'w') + r + "…"}}) {
    against t;
    const std::string damaged = fmt::format(
        R"("name": "{0}", "guestOsFamily": "{0}", "license": "{0}", "clusterName": "{0}")",
        it.text);
    const std::string right =
        R"("name": "b", "guestOsFamily": "windows2019srv_64Guest", "license": "windows 2019 Standard")";
    answer(t, base + "Licensed", "[" + vm(1, damaged) + "," + vm(2, right) + "]");
    answer(t, base, "[1, 2]");
    answer(t, base + "/1", vm(1, damaged));
    answer(t, base + "/2", vm(2, right));
    ovh::client c(t.context.get_executor(), t.clock, t.options("token"));
    const auto seen = t.survey(c, ovh::listing::each, {"pcc-1"});
    const licensing::datacenter& d = only(seen);
    CHECK(problems(seen) == lines{});
    CHECK(d.complete);
    REQUIRE(d.vms.size() == 2);
    const licensing::vm& v = found(d, 1);
    CHECK(v.name == it.name);
    CHECK(v.license == it.name);
    CHECK(v.cluster == it.name);
    CHECK_FALSE(licensing::readable(v.guest_os_family));
    CHECK_FALSE(licensing::readable(v.reported_guest_os_family));
    CHECK_FALSE(licensing::readable(v.listed_license));
    CHECK(found(d, 2).license == "windows 2019 Standard");
    CHECK(found(d, 2).listed_license == "windows 2019 Standard");
  }
}

TEST_CASE("a service whose name is damaged cannot be asked for: that list is unreadable") {
  against t;
  answer(t, "/dedicatedCloud", R"(["pcc-1", "pcc\ud800"])");
  ovh::client c(t.context.get_executor(), t.clock, t.options("token"));
  const auto got = t.run(ovh::list_services(c, t.deadline()));
  REQUIRE(got.has_error());
  CHECK(got.error().message == "unreadable answer: $[1]: a text that is not UTF-8, tried 5 times");
}

TEST_CASE("a task with a damaged description is read, and may concern any VM") {
  against t;
  answer(t, "/dedicatedCloud/pcc-1/task/5",
         R"({"taskId": 5, "name": "setLicense", "state": "todo", "description": "VM 1\ud800"})");
  ovh::client c(t.context.get_executor(), t.clock, t.options("token"));
  const auto got = t.run(ovh::get_task(c, "pcc-1", 5, t.deadline()));
  REQUIRE(got.has_value());
  CHECK(got->concerns(1074, "web-1"));
  CHECK_FALSE(got->state.is_over());
}

TEST_CASE("what stands twice in vmLicensed or in the list of VMs is marked where it differs") {
  const std::string first =
                        R"("name": "a", "guestOsFamily": "g", "license": "windows 2019 Standard")",
                    second = R"("name": "a", "guestOsFamily": "g", "license": null)";
  struct row {
    std::string licensed, vms;
    bool listed, seen;
  };
  const auto two = [](const std::string& a, const std::string& b) {
    return "[" + vm(1, a) + "," + vm(1, b) + "]";
  };
  for (const row& it : {row{two(first, first), two(first, first), false, false},
                        {two(first, second), two(first, first), true, false},
                        {two(second, first), two(first, first), true, false},
                        {two(first, first), two(first, second), false, true},
                        {two(second, second), two(second, first), false, true}}) {
    against t;
    answer(t, base + "Licensed", it.licensed);
    sim::fault page;
    page.path = base;
    page.kind = "wrong_shape";
    page.body = it.vms;
    page.headers = {{"X-Pagination-Elements", "1"}};
    page.times = 0;
    t.api.arm(page);
    ovh::client c(t.context.get_executor(), t.clock, t.options("token"));
    const auto seen = t.survey(c, ovh::listing::pages, {"pcc-1"});
    const licensing::datacenter& d = only(seen);
    REQUIRE(d.vms.size() == 1);
    CHECK(d.vms.front().listed_differently == it.listed);
    CHECK(d.vms.front().seen_differently == it.seen);
  }
}
