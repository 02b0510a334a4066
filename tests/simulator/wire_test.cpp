// Answers on the wire: TLS, kept-alive connections, and every fault as a client sees it.
#include "simulator/simulator.hpp"
#include "support/fleets.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <string>

namespace ovhl::sim {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

const std::string small_fleet =
    ovhl::test::pcc_1("{vmId: 1, name: web, guestOsFamily: windows2019srv_64Guest}");
const std::string vm = "/1.0/dedicatedCloud/pcc-1/datacenter/12/vm/1";

// A client with one kept-alive connection.
class client {
 public:
  explicit client(const simulator& api)
      : token_("Bearer " + api.accepted().access_token),
        host_("localhost:" + std::to_string(api.port())) {
    context_.load_verify_file(api.ca_file().string());
    stream_.set_verify_mode(asio::ssl::verify_peer);
    stream_.set_verify_callback(asio::ssl::host_name_verification("localhost"));
    stream_.next_layer().connect({asio::ip::address_v4::loopback(), api.port()});
    stream_.handshake(asio::ssl::stream_base::client);
  }

  // Returns the body, of at most 1 MiB; `error` says what broke.
  std::string get(const std::string& target, boost::system::error_code& error) {
    http::request<http::empty_body> asked(http::verb::get, target, 11);
    asked.set(http::field::host, host_);
    asked.set(http::field::authorization, token_);
    http::write(stream_, asked, error);
    http::response_parser<http::string_body> parser;
    parser.body_limit(std::uint64_t{1024} * 1024);
    if (!error) http::read(stream_, buffer_, parser, error);
    status = parser.get().result_int();
    retry_after = parser.get()["Retry-After"];
    return std::move(parser.get().body());
  }
  std::string get(const std::string& target) {
    boost::system::error_code error;
    auto body = get(target, error);
    CHECK(error.message() == "Success");
    return body;
  }
  boost::system::error_code broken(const std::string& target) {
    boost::system::error_code error;
    get(target, error);
    return error;
  }

  unsigned status = 0;
  std::string retry_after;

 private:
  asio::io_context io_;
  asio::ssl::context context_{asio::ssl::context::tls_client};
  asio::ssl::stream<tcp::socket> stream_{io_, context_};
  boost::beast::flat_buffer buffer_;
  std::string token_, host_;
};

TEST_CASE("one connection carries many requests, and the log tells connections apart") {
  simulator api({.fleet = small_fleet});
  client first(api), second(api);
  CHECK(first.get("/1.0/dedicatedCloud") == R"(["pcc-1"])");
  CHECK(first.get("/1.0/dedicatedCloud/pcc-1/datacenter") == "[12]");
  CHECK(second.get(vm).size() > 1000);
  const auto log = api.requests();
  REQUIRE(log.size() == 3);
  CHECK(log[0].connection == log[1].connection);
  CHECK(log[1].connection != log[2].connection);
  CHECK(log[2].path == "/dedicatedCloud/pcc-1/datacenter/12/vm/1");
  CHECK(log[2].authenticated == "token");
  api.forget_requests();
  CHECK(api.requests().empty());
}

TEST_CASE("the control interface answers over HTTP, too") {
  simulator api({.fleet = small_fleet});
  client one(api);
  CHECK(boost::json::parse(one.get("/control")).at("vms") == 1);
  CHECK(boost::json::parse(api.control("GET", "/control")).at("connections_open") == 1);
  CHECK_THROWS_WITH(api.control("GET", "/control/vms/5"), "there is no VM '5'");
}

struct spoilt_answer {
  std::string kind;
  unsigned status;
  std::string body;
};

TEST_CASE("a fault can change what an answer contains") {
  simulator api({.fleet = small_fleet});
  client one(api);
  const spoilt_answer cases[] = {
      {"status", 500,
       R"({"class":"Server::InternalServerError","message":"Simulated failure: Internal Server Error"})"},
      {"throttle", 429,
       R"({"class":"Client::TooManyRequests","message":"Too many requests, please try again later"})"},
      {"html", 200,
       "<html><head><title>200 OK</title></head>\n<body><center><h1>200 "
       "OK</h1></center></body></html>\n"},
      {"empty", 200, ""},
      {"wrong_shape", 200, R"({"unexpected":[1,"two",null]})"},
      {"slow", 200, R"(["pcc-1"])"},
      {"delay", 200, R"(["pcc-1"])"},
      {"pass", 200, R"(["pcc-1"])"},
  };
  for (const auto& it : cases) {
    CAPTURE(it.kind);
    api.arm({.path = "/dedicatedCloud",
             .kind = it.kind,
             .delay = std::chrono::milliseconds(1),
             .bytes = 3});
    CHECK(one.get("/1.0/dedicatedCloud") == it.body);
    CHECK(one.status == it.status);
    CHECK(api.requests().back().fault == it.kind);
    CHECK(one.get("/1.0/dedicatedCloud") == R"(["pcc-1"])");
  }
}

TEST_CASE("an answer can be nested a hundred thousand levels deep") {
  simulator api({.fleet = small_fleet});
  client one(api);
  api.arm({.kind = "deep"});
  const auto body = one.get(vm);
  CHECK(body.starts_with(R"({"deep":[[[[)"));
  CHECK(body.size() > 200'000);
}

TEST_CASE("an answer can break off, be reset, or never end") {
  simulator api({.fleet = small_fleet});
  for (const auto* kind : {"truncated", "reset_before", "reset_after", "huge"}) {
    CAPTURE(kind);
    client one(api);
    api.arm({.kind = kind});
    const auto error = one.broken(vm);
    if (std::string_view(kind) == "huge")
      CHECK(error == http::error::body_limit);
    else
      CHECK(error.failed());
    CHECK(client(api).get("/1.0/dedicatedCloud") == R"(["pcc-1"])");
  }
}

TEST_CASE(
    "a fault affects only matching requests, after those that it skips, and as often as it says") {
  simulator api({.fleet = small_fleet});
  client one(api);
  api.arm({.method = "GET",
           .path = "/dedicatedCloud/*/datacenter",
           .times = 2,
           .skip = 1,
           .status = 503,
           .headers = {{"Retry-After", "7"}}});
  const auto status = [&](const std::string& path) {
    one.get("/1.0/dedicatedCloud" + path);
    return one.status;
  };
  CHECK(status("") == 200);
  CHECK(status("/pcc-1/datacenter") == 200);
  CHECK(status("/pcc-1/datacenter") == 503);
  CHECK(one.retry_after == "7");
  CHECK(status("/pcc-1") == 200);
  CHECK(status("/pcc-1/datacenter") == 503);
  CHECK(status("/pcc-1/datacenter") == 200);
  api.arm({.times = 0});
  CHECK(status("") == 500);
  CHECK(status("") == 500);
  api.disarm();
  CHECK(status("") == 200);
  CHECK_THROWS_WITH(api.arm({.kind = "flood"}), "there is no fault 'flood'");
}

TEST_CASE("a request takes effect before reset_after, and not before reset_before") {
  simulator api({.fleet = small_fleet});
  for (const bool effect : {false, true}) {
    api.control("POST", "/control/faults",
                effect ? R"({"kind":"reset_after"})" : R"({"kind":"reset_before"})");
    CHECK(client(api).broken(vm).failed());
    CHECK(api.requests().back().authenticated == (effect ? "token" : ""));
    CHECK(api.requests().back().status == 0);
  }
}

TEST_CASE("an API that stopped listening comes back at the same address") {
  simulator api({.fleet = small_fleet});
  client before(api);
  api.stop_listening();
  CHECK(before.broken("/1.0/dedicatedCloud").failed());
  CHECK_THROWS(client(api));
  api.resume();
  CHECK(client(api).get("/1.0/dedicatedCloud") == R"(["pcc-1"])");
}

TEST_CASE("the simulator removes its files from the disk at its end") {
  std::filesystem::path ca;
  {
    const simulator api({.fleet = small_fleet});
    ca = api.ca_file();
    CHECK(std::filesystem::exists(ca));
    CHECK((std::filesystem::status(ca.parent_path()).permissions() &
           std::filesystem::perms::others_all) == std::filesystem::perms::none);
  }
  CHECK_FALSE(std::filesystem::exists(ca.parent_path()));
}

TEST_CASE("the ovh.conf has the endpoint and one kind of credentials") {
  const simulator api({.tls = false, .host = "127.0.0.1", .fleet = small_fleet});
  const auto endpoint = "http://127.0.0.1:" + std::to_string(api.port()) + "/1.0";
  CHECK(api.endpoint() == endpoint);
  CHECK(api.conf("oauth2") == "[default]\nendpoint=" + endpoint + "\n\n[" + endpoint +
                                  "]\nclient_id=" + api.accepted().client_id +
                                  "\nclient_secret=" + api.accepted().client_secret + "\n");
  CHECK_THROWS_WITH(api.conf("password"), "there are no credentials of kind 'password'");
}

} // namespace
} // namespace ovhl::sim
