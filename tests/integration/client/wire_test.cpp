// HTTP as it may come: interim answers, answers nobody asked for, bodies where none may be.
#include "scripted.hpp"

using namespace ovhl;
using namespace ovhl::test;
using namespace std::chrono_literals;

namespace {

std::string good(const std::string& body, const std::string& headers = "") {
  return fmt::format("HTTP/1.1 200 OK\r\n{}Content-Length: {}\r\n\r\n{}", headers, body.size(),
                     body);
}

// A client of the scripted server, whose clock does not wait.
struct asker {
  explicit asker(std::vector<script> all, bool tls = false) : server(std::move(all), tls) {}

  scripted server;
  boost::asio::io_context context;
  loop::instant_clock clock{real_now()};
  ovh::client client{context.get_executor(), clock, server.options()};

  template <class T>
  T run(boost::asio::awaitable<T> task) {
    return waited_for(context, std::move(task));
  }

  // The services that were answered with, or what went wrong.
  std::string ask() {
    const auto got = run(ovh::list_services(client, clock.now() + 4min));
    if (!got) return words(got.error());
    return fmt::format("{}", fmt::join(*got, " "));
  }
};

const std::string interim = "HTTP/1.1 100 Continue\r\n\r\n";
const std::string hints = "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n"
                          "X-Ovh-QueryID: not.this\r\nLocation: /nowhere\r\n\r\n";
const std::string where = "account main: GET /dedicatedCloud: ";

} // namespace

TEST_CASE("interim answers are read past, together with the answer or before it") {
  for (const bool tls : {false, true}) {
    CAPTURE(tls);
    asker t({{interim + hints + good(R"(["pcc-1"])")},
             {hints, good(R"(["pcc-2"])")},
             {good(R"(["pcc-3"])")}},
            tls);
    CHECK(t.ask() == "pcc-1");
    CHECK(t.ask() == "pcc-2");
    CHECK(t.ask() == "pcc-3");
    CHECK(t.server.connections() == 1);
  }
}

TEST_CASE("what an interim answer says is not the answer's") {
  asker t({{hints + "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\n{}"}});
  CHECK(t.ask() == where + "Forbidden (HTTP 403); allow the IAM action pccVMware:apiovh:get on it");
}

TEST_CASE("a POST reads past interim answers, too") {
  const std::string task =
      R"({"taskId": 5, "name": "setLicense", "state": "todo", "description": null})";
  asker t({{interim + hints + good(task)}});
  const auto done =
      t.run(ovh::remove_license(t.client, {"main", "pcc-1", 12}, 1074, t.clock.now() + 4min));
  REQUIRE(done.task.has_value());
  CHECK(done.task->id == 5);
  CHECK(t.server.requests() == 1);
}

TEST_CASE("interim answers without end, or another protocol, are no answer") {
  std::string many;
  for (int i = 0; i < 20; ++i)
    many += hints;
  asker t({{many}});
  CHECK(t.ask() == where + "excessive answer: only interim ones (HTTP 103, query not.this)");

  asker other({{"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"}, {good("[]")}});
  CHECK(other.ask() == where + "unexpected answer: another protocol (HTTP 101)");
  CHECK(other.ask() == "");
  CHECK(other.server.connections() == 2);
}

TEST_CASE("an interim answer and then the end is asked again on a new line") {
  asker t({{good(R"(["pcc-1"])")}, {interim, "", true}, {good(R"(["pcc-2"])")}});
  CHECK(t.ask() == "pcc-1");
  CHECK(t.ask() == "pcc-2");
  CHECK(t.server.connections() == 2);
}

TEST_CASE("an answer that nobody asked for is never taken for the next one") {
  for (const bool tls : {false, true}) {
    CAPTURE(tls);
    asker t({{good(R"(["pcc-1"])"), good(R"(["forged"])")}, {good(R"(["pcc-2"])")}}, tls);
    CHECK(t.ask() == "pcc-1");
    t.server.wait_until_said();
    CHECK(t.ask() == "pcc-2");
    CHECK(t.server.connections() == 2);
  }
}

TEST_CASE("a body where none may be ends the line") {
  for (const char* status : {"204 No Content", "304 Not Modified"}) {
    CAPTURE(status);
    asker t({{fmt::format("HTTP/1.1 {}\r\nContent-Length: 10\r\n\r\n", status), R"(["forged"])"},
             {good(R"(["pcc-2"])")}});
    const std::string first = t.ask(); // a 204 is asked again, a 304 is final
    t.server.wait_until_said();
    CHECK((first == "pcc-2" || t.ask() == "pcc-2"));
    CHECK(t.server.connections() == 2);
  }
}

TEST_CASE("a length that is said in two ways is no answer") {
  const std::string chunked = "1e\r\n[\"forged\"]\r\n0\r\n\r\n";
  for (const char* headers :
       {"Content-Length: 10\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 10\r\n",
        "Content-Length: 10\r\nTransfer-Encoding: gzip\r\n",
        "Transfer-Encoding: identity\r\nContent-Length: 10\r\n",
        "Transfer-Encoding: gzip, chunked\r\n", "Content-Length: 10\r\nContent-Length: 11\r\n"}) {
    CAPTURE(headers);
    asker t(
        {{fmt::format("HTTP/1.1 200 OK\r\n{}\r\n[\"forged\"]", headers)}, {good(R"(["pcc-1"])")}});
    CHECK(t.ask() == "pcc-1"); // asked again, on another line
    CHECK(t.server.connections() == 2);
  }
}

TEST_CASE("a length without its body is waited for until the time is up") {
  asker t({{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"}});
  auto o = t.server.options();
  o.timeout = 50ms;
  ovh::client hasty(t.context.get_executor(), t.clock, o);
  const auto got = t.run(ovh::list_services(hasty, t.clock.now() + 200ms));
  REQUIRE(got.has_error());
  CHECK(got.error().kind == failure::timeout);
}
