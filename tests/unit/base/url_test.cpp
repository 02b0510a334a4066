#include "base/url.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ovhl;

TEST_CASE("URLs are taken apart, or refused with the reason") {
  struct row {
    std::string written, read; // as text() writes it again, or the error
  };
  const row rows[] = {
      {"https://eu.api.ovh.com/1.0", "https://eu.api.ovh.com/1.0"},
      {"https://EU.API.ovh.com:443/1.0/", "https://eu.api.ovh.com/1.0"},
      {"https://eu.api.ovh.com", "https://eu.api.ovh.com"},
      {"https://api.example.org:8443/v2", "https://api.example.org:8443/v2"},
      {"https://[2001:db8::1]:8443/1.0", "https://[2001:db8::1]:8443/1.0"},
      {"http://127.0.0.1:80/1.0", "http://127.0.0.1/1.0"},
      {"http://127.1.2.3:8080/1.0", "http://127.1.2.3:8080/1.0"},
      {"http://[::1]:8080/1.0", "http://[::1]:8080/1.0"},
      {"http://LocalHost:8080/1.0", "http://localhost:8080/1.0"},
      {"http://192.0.2.1/1.0", "plain http is allowed only for a loopback address; use https"},
      {"http://eu.api.ovh.com/1.0", "plain http is allowed only for a loopback address; use https"},
      {"http://localhost.example.org/",
       "plain http is allowed only for a loopback address; use https"},
      {"http://127.0.0.1.example.org/",
       "plain http is allowed only for a loopback address; use https"},
      {"http://[::ffff:192.0.2.1]/",
       "plain http is allowed only for a loopback address; use https"},
      {"ftp://localhost/1.0", "not an https URL"},
      {"eu.api.ovh.com/1.0", "not a URL"},
      {"https://", "the URL names no host"},
      {"https:///1.0", "the URL names no host"},
      {"https://user:word@localhost/1.0", "the URL must not contain a user or a password"},
      {"https://localhost/1.0?x=1", "the URL must end with its path"},
      {"https://localhost/1.0#x", "the URL must end with its path"},
      {"https://localhost:0/1.0", "the URL's port is invalid"},
      {"https://localhost:65536/1.0", "the URL's port is invalid"},
      {"https://localhost:99999/1.0", "the URL's port is invalid"},
      {"https://local host/", "not a URL"},
      {"https://local%0d%0aX-Evil%3a%20host/", "the URL's host is invalid"},
      {"https://localhost%00.example.org/", "the URL's host is invalid"},
      {"https://caf%c3%a9.example.org/", "the URL's host is invalid"},
      {"", "not a URL"},
  };
  for (const row& r : rows) {
    CAPTURE(r.written);
    const auto got = parse_url(r.written);
    CHECK((got ? got->text() : words(got.error())) == r.read);
  }
}

TEST_CASE("what goes into a path is percent-encoded") {
  CHECK(percent_encoded("pcc-192-0-2-1_a.b~c") == "pcc-192-0-2-1_a.b~c");
  CHECK(percent_encoded("a/b c?d#e%f+g&h") == "a%2Fb%20c%3Fd%23e%25f%2Bg%26h");
  CHECK(percent_encoded("\xC3\xA9\x01\xFF") == "%C3%A9%01%FF");
  CHECK(percent_encoded("/a dir/b?", "/") == "/a%20dir/b%3F");
}

TEST_CASE("a host is separated from its port and recognised as this machine or not") {
  struct row {
    const char* written;
    const char* host; // null: refused
    bool loopback;
  };
  const row rows[] = {
      {"127.0.0.1:9877", "127.0.0.1", true},
      {"127.9.9.9:1", "127.9.9.9", true},
      {"LocalHost:80", "LocalHost", true},
      {"[::1]:9877", "::1", true},
      {"[2001:db8::1]:1", "2001:db8::1", false},
      {"example.net:65535", "example.net", false},
      {"127.1:80", "127.1", false},
      {"example.net:99999", nullptr, false},
      {"127.0.0.1:0", nullptr, false},
      {"127.0.0.1", nullptr, false},
      {"::1:80", nullptr, false},
      {"me@127.0.0.1:80", nullptr, false},
  };
  for (const row& r : rows) {
    CAPTURE(r.written);
    const auto host = host_before_port(r.written);
    CHECK(host.has_value() == (r.host != nullptr));
    if (!host || r.host == nullptr) continue;
    CHECK(*host == r.host);
    CHECK(is_loopback(*host) == r.loopback);
  }
}
