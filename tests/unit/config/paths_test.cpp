// Files that a configuration names twice.
#include "config/paths.hpp"
#include "said.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <string>

using namespace ovhl::config;
namespace fs = std::filesystem;

namespace {

class place : public ovhl::test::temporary_directory {
 public:
  place() {
    for (const char* name : {"config.yaml", "policy.yaml", "ovh.conf", "ca.pem", "ledger.db"})
      file(name, "x");
  }

  // What is said of a configuration with these lines, which begin in line 4.
  std::string said(const std::string& more) const { return lines(read(more).errors); }
  checked_settings read(const std::string& more) const {
    return parse_settings("policy: policy.yaml\naccounts:\n- {name: main, endpoint: ovh-eu, "
                          "credentials_file: ovh.conf, ca_file: ca.pem}\n" +
                              more,
                          path() / "config.yaml");
  }
  std::string at(int line, int column, const std::string& what) const {
    return fmt::format("{}:{}:{}: {} are the same file; choose another one\n",
                       (path() / "config.yaml").string(), line, column, what);
  }
};

} // namespace

TEST_CASE("An output that is another file of the configuration is reported with both keys") {
  const place f;
  CHECK(f.said("ledger: ledger.db\nstatus: {file: s.json, prometheus: m.prom}\n").empty());
  struct row {
    std::string more;
    int line, column;
    std::string what;
  };
  const std::string ledger = "ledger: ledger.db\n";
  const row rows[] = {
      {ledger + "status: {file: ledger.db}\n", 5, 16, "'status.file' and 'ledger'"},
      {ledger + "status: {file: ledger.db-wal}\n", 5, 16, "'status.file' and the -wal of 'ledger'"},
      {ledger + "status: {file: s, prometheus: ledger.db-shm}\n", 5, 31,
       "'status.prometheus' and the -shm of 'ledger'"},
      {ledger + "status: {file: ledger.db-journal}\n", 5, 16,
       "'status.file' and the -journal of 'ledger'"},
      {ledger + "status: {file: ledger.db.lock}\n", 5, 16,
       "'status.file' and the .lock of 'ledger'"},
      {ledger + "status: {file: ledger.db.wanted}\n", 5, 16,
       "'status.file' and the .wanted of 'ledger'"},
      {ledger + "status: {file: ledger.db.witness}\n", 5, 16,
       "'status.file' and the .witness of 'ledger'"},
      {ledger + "status: {file: policy.yaml}\n", 5, 16, "'status.file' and 'policy'"},
      {ledger + "status: {file: config.yaml}\n", 5, 16, "'status.file' and this file"},
      {ledger + "status: {file: s, prometheus: ovh.conf}\n", 5, 31,
       "'status.prometheus' and 'credentials_file' of account main"},
      {ledger + "status: {file: ca.pem}\n", 5, 16, "'status.file' and 'ca_file' of account main"},
      {ledger + "status: {file: s, prometheus: ./x/../s}\n", 5, 31,
       "'status.prometheus' and 'status.file'"},
      {ledger + "status: {file: /etc/ovh.conf}\n", 5, 16,
       "'status.file' and the credentials file /etc/ovh.conf"},
      {"ledger: policy.yaml\n", 4, 9, "'ledger' and 'policy'"},
      {"ledger: ovh.conf\n", 4, 9, "'ledger' and 'credentials_file' of account main"},
      {"ledger: /run/ovh-licensed/status.json\n", 4, 9, "'status.file' and 'ledger'"},
      {"status: {file: /var/lib/ovh-licensed/ledger.db}\n", 4, 16, "'status.file' and 'ledger'"},
      {ledger + "http: unix:ledger.db\n", 5, 7, "'http' and 'ledger'"},
  };
  for (const row& r : rows) {
    CAPTURE(r.more);
    CHECK(f.said(r.more) == f.at(r.line, r.column, r.what));
  }
}

TEST_CASE("Two outputs are the same file through links and hard links, too, and before it exists") {
  const place f;
  fs::create_symlink("ledger.db", f / "link");
  fs::create_hard_link(f / "policy.yaml", f / "hard");
  fs::create_symlink("new.db", f / "to come");
  CHECK(f.said("ledger: ledger.db\nstatus: {file: link}\n") ==
        f.at(5, 16, "'status.file' and 'ledger'"));
  CHECK(f.said("ledger: ledger.db\nstatus: {file: hard}\n") ==
        f.at(5, 16, "'status.file' and 'policy'"));
  CHECK(f.said("ledger: new.db\nstatus: {file: to come}\n") ==
        f.at(5, 16, "'status.file' and 'ledger'"));
}

TEST_CASE("Two accounts may share a file of credentials") {
  const auto read = parse_settings("policy: p\naccounts:\n"
                                   "- {name: a, endpoint: ovh-eu, credentials_file: c}\n"
                                   "- {name: b, endpoint: ovh-ca, credentials_file: c}\n",
                                   "config.yaml");
  CHECK(lines(read.errors).empty());
}

TEST_CASE("A file is known by whatever the settings call it") {
  const place f;
  const auto read = f.read("ledger: ledger.db\nstatus: {file: s.json}\n");
  REQUIRE(read.value);
  const auto name = [&](const char* file) {
    const auto known = named_so(*read.value, f / file);
    return known ? known->name : std::string("-");
  };
  CHECK(name("ledger.db") == "'ledger'");
  CHECK(name("ledger.db.lock") == "the .lock of 'ledger'");
  CHECK(name("config.yaml") == "this file");
  CHECK(name("ovh.conf") == "'credentials_file' of account main");
  CHECK(name("s.json") == "'status.file'");
  CHECK(name("plan.json") == "-");
}

TEST_CASE("What would be written over a ledger that is still in use is found") {
  const place f;
  const auto other = f.read("ledger: new.db\nstatus: {file: ledger.db-wal}\n");
  REQUIRE(other.value);
  const auto met = meets(*other.value, f / "ledger.db");
  REQUIRE(met);
  CHECK(met->name == "'status.file'");
  CHECK_FALSE(meets(*other.value, f / "third.db"));
  CHECK_FALSE(meets(*other.value, f / "new.db"));
}
