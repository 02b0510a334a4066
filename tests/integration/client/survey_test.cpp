#include "against.hpp"

using namespace ovhl;
using namespace ovhl::test;

namespace {

std::string shown(const licensing::vm& v) {
  const auto text = [](std::string_view t) {
    return licensing::known(t) ? std::string(t) : "null";
  };
  return fmt::format("{} {} | {} | {} | {} | listed {} {} | {} {} {} {}", v.id, text(v.name),
                     text(v.guest_os_family), text(v.reported_guest_os_family), text(v.license),
                     v.listed, text(v.listed_license), text(v.cluster), text(v.folder), v.cpus,
                     licensing::name(v.power));
}

lines shown(const licensing::datacenter& d) {
  lines out;
  for (const licensing::vm& v : d.vms)
    out.push_back(shown(v));
  return out;
}

const lines whole_fleet{
    "1074 web-1 | windows2019srv_64Guest | windows2019srv_64Guest | windows 2019 Standard | "
    "listed true windows 2019 Standard | Cluster1 apps 4 poweredOn",
    "1075 db-1 | debian11_64Guest | windows2019srv_64Guest | null | "
    "listed true unlicensed windows guestos | datacenter12 vm 2 poweredOff",
    "1076 odd-1 | null | null | null | listed false null | null null 0 poweredOn"};

} // namespace

TEST_CASE("a datacenter is seen whole by pages, in four requests and one for the time") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options());
  const auto seen = t.survey(c);
  CHECK(shown(only(seen)) == whole_fleet);
  CHECK(only(seen).complete);
  CHECK(problems(seen) == lines{});
  CHECK(t.asked() == lines{"GET /auth/time 200", "GET /dedicatedCloud 200",
                           "GET /dedicatedCloud/pcc-1/datacenter 200",
                           "GET /dedicatedCloud/pcc-1/datacenter/12/vmLicensed 200",
                           "GET /dedicatedCloud/pcc-1/datacenter/12/vm 200"});
}
