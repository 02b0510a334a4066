// The canonical form, which no version may ever change: ARCHITECTURE.md shows the same example.
#include "base/digest.hpp"
#include "ledger/chain.hpp"
#include "support.hpp"

#include <algorithm>
#include <set>

using namespace ovhl;
using namespace ovhl::ledger;
using namespace ovhl::ledger::testing;

namespace {

new_record example() {
  return {
      *parse_timestamp("2027-01-15T08:05:00Z"), kind::vm, here, 1074, 0, "{\"name\": \"café\"}"};
}
const std::string previous = [] {
  std::string digest;
  for (int i = 0; i < 32; ++i)
    digest += "ab";
  return digest;
}();

} // namespace

TEST_CASE("the canonical form of a record is as it is written down") {
  CHECK(canonical(2, example(), previous) == "ovh-licensed record\n"
                                             "1:2\n"
                                             "10:1800000300\n"
                                             "2:vm\n"
                                             "4:main\n"
                                             "13:pcc-192-0-2-1\n"
                                             "2:12\n"
                                             "4:1074\n"
                                             "1:0\n"
                                             "17:{\"name\": \"café\"}\n"
                                             "64:abababababababababababababababab"
                                             "abababababababababababababababab\n");
  CHECK(digest_of(2, example(), previous) ==
        "9ddf0c70c84b9d66f3d832319e5d1fc88ddeeaa5c933391d1d7dbe3e4241885e");
}

TEST_CASE("the seal of a head is as it is written down") {
  head h;
  h.records = 2;
  for (int i = 0; i < 32; ++i)
    h.digest += "cd";
  h.polled_at = parse_timestamp("2027-01-15T08:05:00Z");
  h.polls = 7;
  CHECK(seal_of(h) == "2b4fea57f147f4ea770c5e7b6e8662c9b63b6d624d2648d792474284f313cf8d");
}

TEST_CASE("records that differ anywhere have different forms, also where values run together") {
  std::set<std::string> forms{canonical(2, example(), previous)};
  const auto differs = [&](auto change) {
    new_record e = example();
    change(e);
    return forms.insert(canonical(2, e, previous)).second;
  };
  CHECK(differs([](new_record& e) { e.at += std::chrono::seconds(1); }));
  CHECK(differs([](new_record& e) { e.kind = kind::gone; }));
  CHECK(differs([](new_record& e) { e.where = {"mai", "npcc-192-0-2-1", 12}; }));
  CHECK(differs([](new_record& e) { e.where = {"main", "pcc-192-0-2-11", 2}; }));
  CHECK(differs([](new_record& e) { e.where = {"main", "pcc-192-0-2-1", 121}; }));
  CHECK(differs([](new_record& e) { e.where.service += "\n2:12"; }));
  CHECK(differs([](new_record& e) { e.vm = 10740; }));
  CHECK(differs([](new_record& e) { e.vm = -1074; }));
  CHECK(differs([](new_record& e) { e.about = 1; }));
  CHECK(differs([](new_record& e) { e.body += '\0'; }));
  CHECK(forms.insert(canonical(3, example(), previous)).second);
  CHECK(forms.insert(canonical(2, example(), no_digest)).second);
}

TEST_CASE("every kind has a name of its own, and is found by it") {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(kind::clock); ++i) {
    const auto k = static_cast<kind>(i);
    CHECK(!name(k).empty());
    CHECK(names.insert(name(k)).second);
    CHECK((parse_kind(name(k)) == k));
  }
  CHECK(!parse_kind("Started"));
  CHECK(!parse_kind(""));
}
