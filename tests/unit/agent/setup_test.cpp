#include "agent/accounts.hpp"
#include "agent/setup.hpp"
#include "base/digest.hpp"
#include "support/temporary_directory.hpp"

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <string_view>

using namespace ovhl;
using namespace ovhl::agent;

namespace {

constexpr std::string_view certificate = R"(-----BEGIN CERTIFICATE-----
MIIBdjCCARugAwIBAgIUGiGXkDHMIEv9dxtr8Iza/VOkbbswCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjAyMzQ5MDNaGA8yMTI2MTAyNzIzNDkw
M1owDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABA7N
CxGl5CiOzz+PecDEBJvpXf04ih44ri291BfKN8c9dgeTZGLDxfTBxpAag+1tFuiw
wmrWVOGrdguXDbZ5B82jUzBRMB0GA1UdDgQWBBT8+6JtRavQ4a8J8/9k8h5FyG8a
ajAfBgNVHSMEGDAWgBT8+6JtRavQ4a8J8/9k8h5FyG8aajAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0kAMEYCIQC4eTAdybuez9myKQsLlN9C9jtlQ8Hd0Sir
by/P/ZQmYQIhAJpO0sfpaqvll1R6QHOh1SO1jYAGY6n74Gz7pN4wzDKy
-----END CERTIFICATE-----
)";
constexpr std::string_view oauth2 = "client_id=i\nclient_secret=s\n";
constexpr std::string_view application =
    "application_key=k\napplication_secret=s\nconsumer_key=c\n";

// A directory with config.yaml, policy.yaml and ovh.conf, read in surroundings that know nothing
// else.
struct place : test::temporary_directory {
  place() {
    configure("credentials_file: ovh.conf");
    write("policy.yaml", "guest_os_families: {\"*\": none}\n");
    credentials("ovh-eu", application);
  }
  void write(const char* name, std::string_view text) const { file(name, text); }
  void configure(std::string_view account, std::string_view endpoint = "ovh-eu",
                 std::string_view more = "") const {
    write("config.yaml",
          fmt::format("policy: policy.yaml\naccounts: [{{name: main, endpoint: \"{}\", {}}}]\n{}",
                      endpoint, account, more));
  }
  void credentials(std::string_view section, std::string_view keys) const {
    file("ovh.conf", fmt::format("[{}]\n{}", section, keys), 0600);
  }
  static ovh::surroundings nothing_else() {
    ovh::surroundings none;
    none.variable = [](const char*) { return std::nullopt; };
    return none;
  }
  read_outcome read() const { return read_setup(path() / "config.yaml", nothing_else()); }
  read_outcome read_named() const {
    return read_named_files(path() / "config.yaml", nothing_else());
  }
  // All that is wrong, one line each; the directory is "@".
  std::string said(const read_outcome& got) const {
    CHECK(got.value.has_value() == (got.mistakes.empty() && got.problems.empty()));
    std::string all;
    for (const auto& d : got.mistakes)
      all += config::words(d) + "\n";
    for (const auto& e : got.problems)
      all += words(e) + "\n";
    for (std::size_t at; (at = all.find(path().string())) != std::string::npos;)
      all.replace(at, path().string().size(), "@");
    return all;
  }
};

} // namespace

TEST_CASE("A set-up in which nothing is wrong is had whole") {
  const place p;
  const read_outcome got = p.read();
  CHECK(p.said(got) == "");
  CHECK(got.warnings.empty());
  REQUIRE(got.value);
  REQUIRE(got.value->accounts.size() == 1);
  CHECK(got.value->accounts[0].ca_sha256 == "");
}

TEST_CASE("A ca_file that cannot be read or holds no certificate is refused") {
  const place p;
  p.configure("credentials_file: ovh.conf, ca_file: ca.pem");
  CHECK(p.said(p.read()) == "account main: @/ca.pem: cannot be read: No such file or directory; "
                            "set ca_file to a PEM file with the issuer's certificate\n");
  std::filesystem::create_directory(p / "ca.pem");
  CHECK(p.said(p.read()) == "account main: @/ca.pem: is not a regular file; set ca_file to a PEM "
                            "file with the issuer's certificate\n");
  std::filesystem::remove(p / "ca.pem");
  for (std::string_view text :
       {"", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
    p.write("ca.pem", text);
    CHECK(p.said(p.read()) == "account main: @/ca.pem: holds no certificate; set ca_file to a PEM "
                              "file with the issuer's certificate\n");
  }
}

TEST_CASE("Another certificate under the same name makes another client and another look") {
  const place p;
  p.configure("credentials_file: ovh.conf, ca_file: ca.pem");
  p.write("ca.pem", certificate);
  const read_outcome before = p.read(), unchanged = p.read();
  p.write("ca.pem", std::string(certificate) + "# renewed\n");
  const read_outcome after = p.read();
  REQUIRE(before.value);
  REQUIRE(unchanged.value);
  REQUIRE(after.value);
  CHECK(before.value->accounts[0].ca_sha256 == sha256(certificate));
  CHECK(same_survey(*before.value, *unchanged.value));
  CHECK_FALSE(same_survey(*before.value, *after.value));

  boost::asio::io_context context;
  loop::real_clock clock;
  accounts all(context.get_executor(), clock, *before.value);
  const ovh::client* const first = all.list().at(0).client.get();
  all.adopt(*unchanged.value);
  CHECK(all.list().at(0).client.get() == first);
  all.adopt(*after.value);
  CHECK(all.list().at(0).client.get() != first);
}

TEST_CASE("OAuth2 at an endpoint given as a URL needs oauth2_token_url") {
  const place p;
  const char* const url = "https://api.example.net/1.0";
  p.credentials(url, oauth2);
  p.configure("credentials_file: ovh.conf", url);
  CHECK(p.said(p.read()) == "account main: oauth2_token_url is required when endpoint is a URL; "
                            "set it to the address that issues OAuth2 tokens\n");
  p.configure("credentials_file: ovh.conf, oauth2_token_url: \"https://example.net/token\"", url);
  CHECK(p.said(p.read()) == "");
  p.credentials("ovh-eu", oauth2);
  p.configure("credentials_file: ovh.conf");
  CHECK(p.said(p.read()) == "");
}

TEST_CASE("What is wrong with configuration, policy, certificate and credentials is said at once") {
  const place p;
  p.write("policy.yaml", "mode: reprt\n");
  p.configure("credentials_file: missing.conf, ca_file: ca.pem");
  const std::string policy = "@/policy.yaml:1:7: 'mode' must be report, declare or enforce, not "
                             "'reprt'; did you mean 'report'?\n";
  CHECK(p.said(p.read()) ==
        policy + "account main: @/ca.pem: cannot be read: No such file or directory; set ca_file "
                 "to a PEM file with the issuer's certificate\naccount main: @/missing.conf: "
                 "cannot be read: No such file or directory\n");
  p.configure("credentials_file: ovh.conf", "ovh-eu", "corrections: perhaps\n");
  CHECK(p.said(p.read()) ==
        "@/config.yaml:3:14: 'corrections' must be on or off, not 'perhaps'\n" + policy);
  p.write("config.yaml", "accounts: [{name: main, endpoint: ovh-eu}]\n");
  CHECK(p.said(p.read()) == "@/config.yaml:1:1: the file must have the key 'policy'\n");
}

TEST_CASE("Of credentials, a check without the network reads only files that accounts name") {
  const place p;
  p.configure("services: [pcc-1]");
  CHECK(p.said(p.read_named()) == "");
  CHECK(p.said(p.read()) != "");
  p.configure("credentials_file: missing.conf");
  CHECK(p.said(p.read_named()) ==
        "account main: @/missing.conf: cannot be read: No such file or directory\n");
  p.configure("credentials_file: ovh.conf");
  ::chmod((p / "ovh.conf").c_str(), 0644);
  CHECK(
      p.said(p.read_named()) ==
      "account main: @/ovh.conf: is accessible to other users (mode 0644); chmod 600 @/ovh.conf\n");
  CHECK(p.said(read_files(p / "config.yaml")) == "");
}

TEST_CASE("Corrections are made where the policy asks for them anywhere, unless they are off") {
  using enum licensing::mode;
  const place p;
  struct row {
    const char* policy;
    licensing::mode strongest;
  };
  const row rows[] = {
      {"mode: report\n", report},
      {"mode: declare\n", declare},
      {"mode: report\nrules: [{name: a, match: {name: x}, license: none, mode: enforce}]\n",
       enforce},
      {"guest_os_families: {\"*\": {license: none, mode: enforce}}\n", enforce},
  };
  for (const row& r : rows) {
    CAPTURE(r.policy);
    p.write("policy.yaml", r.policy);
    p.configure("credentials_file: ovh.conf");
    const read_outcome got = p.read();
    REQUIRE(got.value);
    CHECK(strongest_mode(*got.value) == r.strongest);
    CHECK(got.warnings.empty());
    p.configure("credentials_file: ovh.conf", "ovh-eu", "corrections: off\n");
    CHECK(strongest_mode(*p.read().value) == report);
  }
}
