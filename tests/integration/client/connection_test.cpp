// The line itself: TLS, and connections that are kept.
#include "against.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <openssl/ssl.h>

#include <array>
#include <thread>

using namespace ovhl;
using namespace ovhl::test;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

std::string ask(against& t, ovh::client& c) {
  const auto got = t.run(ovh::list_services(c, t.deadline()));
  return got.has_value() ? "fine" : words(got.error());
}

std::string ask(against& t, ovh::client_options o) {
  ovh::client c(t.context.get_executor(), t.clock, std::move(o));
  return ask(t, c);
}

} // namespace

TEST_CASE("the certificate must be for the host, and from somebody trusted") {
  against t;
  for (const char* host : {"localhost", "127.0.0.1", "::1"}) {
    auto o = t.options("token");
    o.endpoint.base.host = host;
    CHECK(ask(t, o) == "fine");
  }
  auto o = t.options("token");
  o.ca_file.reset();
  CHECK(ask(t, o).find(
            "account main: GET /dedicatedCloud: the certificate of localhost is not trusted: ") ==
        0);
  o = t.options("token");
  o.endpoint.base.host = "127.0.0.2"; // where the simulator does not listen: no connection
  CHECK(ask(t, o) ==
        fmt::format("account main: GET /dedicatedCloud: no connection to 127.0.0.2:{}: "
                    "Connection refused, tried 5 times",
                    t.api.port()));
  CHECK(t.api.requests().size() == 3);
}

TEST_CASE("a certificate for another host is refused at once") {
  against t;
  // The simulator's own, in front of an address it is not for.
  asio::io_context context;
  asio::ip::tcp::acceptor door(context, {asio::ip::make_address("127.0.0.3"), 0});
  std::thread relay([&] {
    for (int i = 0; i < 1; ++i) {
      asio::ip::tcp::socket in(context), out(context);
      boost::system::error_code ec;
      door.accept(in, ec);
      if (ec) return;
      out.connect({asio::ip::make_address("127.0.0.1"), t.api.port()}, ec);
      std::thread back([&] {
        std::array<char, 4096> some{};
        boost::system::error_code failed;
        for (std::size_t n = 0; !failed;) {
          n = out.read_some(asio::buffer(some), failed);
          if (!failed) asio::write(in, asio::buffer(some, n), failed);
        }
        in.shutdown(asio::ip::tcp::socket::shutdown_both, failed);
      });
      std::array<char, 4096> some{};
      while (!ec) {
        const std::size_t n = in.read_some(asio::buffer(some), ec);
        if (!ec) asio::write(out, asio::buffer(some, n), ec);
      }
      out.shutdown(asio::ip::tcp::socket::shutdown_both, ec);
      back.join();
    }
  });
  auto o = t.options("token");
  o.endpoint.base.host = "127.0.0.3";
  o.endpoint.base.port = std::to_string(door.local_endpoint().port());
  CHECK(
      ask(t, o) ==
      "account main: GET /dedicatedCloud: the certificate of 127.0.0.3 is not trusted: IP address "
      "mismatch; if it is the right one, set the account's ca_file to its issuer's certificate");
  relay.join();
  CHECK(t.api.requests().empty());
}

TEST_CASE("a server that only speaks TLS 1.1 is refused") {
  against t;
  asio::io_context context;
  asio::ip::tcp::acceptor door(context, {asio::ip::address_v4::loopback(), 0});
  std::thread server([&] {
    asio::ssl::context old(asio::ssl::context::tls_server);
    SSL_CTX_set_min_proto_version(old.native_handle(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(old.native_handle(), TLS1_1_VERSION);
    SSL_CTX_set_cipher_list(old.native_handle(), "ALL:@SECLEVEL=0");
    asio::ssl::stream<asio::ip::tcp::socket> stream(context, old);
    boost::system::error_code ec;
    door.accept(stream.next_layer(), ec);
    stream.handshake(asio::ssl::stream_base::server, ec);
  });
  auto o = t.options("token");
  o.endpoint.base.host = "127.0.0.1";
  o.endpoint.base.port = std::to_string(door.local_endpoint().port());
  const std::string said = ask(t, o);
  server.join();
  CHECK(
      said.find(fmt::format("account main: GET /dedicatedCloud: no TLS session with 127.0.0.1:{}: ",
                            door.local_endpoint().port())) == 0);
  CHECK(said.find("protocol version") != std::string::npos);
}

TEST_CASE("plain http serves on loopback") {
  auto o = against::small();
  o.tls = false;
  against t(o);
  CHECK(ask(t, t.options()) == "fine");
}

TEST_CASE("a trust root that cannot be read makes every request fail with its name") {
  against t;
  auto o = t.options();
  o.ca_file = "/nowhere/ca.pem";
  const std::string said = ask(t, o);
  CHECK(said.find("/nowhere/ca.pem: cannot be used as a trust root: ") == 0);
  CHECK(said.find("; set ca_file to a PEM file with the issuer's certificate") !=
        std::string::npos);
  CHECK(t.api.requests().empty());
}

TEST_CASE("a connection is kept for the next request, and as many are opened as may be") {
  against t({.generate = {.vms = 200, .datacenters = 1}});
  auto mine = t.options();
  mine.connections = 3;
  ovh::client c(t.context.get_executor(), t.clock, mine);
  for (int i = 0; i < 5; ++i)
    CHECK(ask(t, c) == "fine");
  CHECK(t.connections() == 1);
  CHECK(problems(t.survey(c, ovh::listing::each)) == lines{});
  CHECK(t.connections() == 3);
}

TEST_CASE("a connection that was closed while idle costs nothing but a new one") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options("token"));
  CHECK(ask(t, c) == "fine");
  const auto before = t.clock.now();
  t.api.stop_listening();
  t.api.resume();
  CHECK(ask(t, c) == "fine");
  CHECK(t.clock.now() == before); // no wait
  CHECK(c.counted().answered_2xx == 2);
  CHECK(c.counted().failed == 0);
}

TEST_CASE("an answer that closes the connection is the last on it") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options("token"));
  sim::fault f;
  f.kind = "pass";
  f.headers["Connection"] = "close";
  t.api.arm(f);
  CHECK(ask(t, c) == "fine");
  CHECK(ask(t, c) == "fine");
  CHECK(t.connections() == 2);
}

TEST_CASE("an API that is gone is said to be, and found when it is back") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options("token"));
  t.api.stop_listening();
  CHECK(ask(t, c) ==
        fmt::format("account main: GET /dedicatedCloud: no connection to localhost:{}: "
                    "Connection refused, tried 5 times",
                    t.api.port()));
  CHECK(c.counted().failed == 5);
  t.api.resume();
  CHECK(ask(t, c) == "fine");
}
