// What gets into the head of a request.
#include "ovh/http/request_head.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <vector>

using namespace ovhl;
using ovh::request_head;

namespace {

// The head, or why there is none.
std::string written(const std::function<void(request_head&)>& by) {
  std::string text;
  request_head head(text);
  by(head);
  const auto refused = head.end();
  if (refused) CHECK(text.empty()); // nothing can be sent by mistake
  return refused ? words(*refused) : text;
}

} // namespace

TEST_CASE("a head is a line, fields and an empty line") {
  CHECK(written([](request_head& h) {
          h.begin("GET", "/1.0", "/dedicatedCloud/pcc-1");
          h.field("User-Agent", "ovh-licensed/1 (test)");
          h.field("X-Empty", "");
          h.credential_field("Authorization", "Bearer ", "abc.def", "the access token");
        }) == "GET /1.0/dedicatedCloud/pcc-1 HTTP/1.1\r\nUser-Agent: ovh-licensed/1 (test)\r\n"
              "X-Empty: \r\nAuthorization: Bearer abc.def\r\n\r\n");
}

TEST_CASE("nothing that could end a line gets into a head, and no secret into the refusal") {
  const std::string after = " contains a character that cannot be sent; check the account in "
                            "config.yaml and its credentials";
  for (const std::string_view evil :
       {std::string_view("\r\nX-Evil: 1"), std::string_view("\n"), std::string_view("\r"),
        std::string_view("\0", 1), std::string_view("\t"), std::string_view("\x1B"),
        std::string_view("\x7F"), std::string_view("\x80"), std::string_view("\xC3\xA9")}) {
    for (const std::string& text :
         {"x" + std::string(evil), std::string(evil) + "x", "x" + std::string(evil) + "x"}) {
      CAPTURE(text);
      CHECK(written([&](request_head& h) { h.begin("GET", "/1.0", "/" + text); }) ==
            "the path" + after);
      CHECK(written([&](request_head& h) { h.begin("GET", "/" + text, "/x"); }) ==
            "the path" + after);
      CHECK(written([&](request_head& h) { h.begin("GET" + text, "", "/x"); }) ==
            "the method" + after);
      CHECK(written([&](request_head& h) { h.field("Host", text); }) == "Host" + after);
      CHECK(written([&](request_head& h) {
              h.field("Host" + text, "x");
            }).starts_with("the name of a header contains"));
      CHECK(written([&](request_head& h) {
              h.credential_field("X-Ovh-Consumer", "", text, "consumer_key");
            }) == "consumer_key" + after);
    }
  }
  for (const char* blank : {"a b", " a", "a ", " "})
    CHECK(written([&](request_head& h) {
            h.credential_field("Authorization", "Bearer ", blank, "the access token");
          }) == "the access token" + after);
  CHECK(written([](request_head& h) { h.begin("GET", "", "/a b"); }) == "the path" + after);
  CHECK(written([](request_head& h) { h.begin("GET", "", "example.org"); }) == "the path" + after);
  CHECK(written([](request_head& h) { h.field("X", " a"); }) == "X" + after);
}
