// A server that says what a test wants it to, byte by byte: for what no server should say.
#pragma once

#include "against.hpp"
#include "simulator/certificate.hpp"
#include "support/temporary_directory.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

namespace ovhl::test {

// What one request is answered with.
struct script {
  std::string answer;
  std::string rest = {}; // bytes that nobody asked for, after it
  bool then_close = false;
};

class scripted {
 public:
  explicit scripted(std::vector<script> all, bool tls = false)
      : all_(std::move(all)), tls_(tls), thread_([this] { serve(); }) {}
  ~scripted() {
    ended_ = true;
    ::shutdown(door_.native_handle(), SHUT_RDWR);
    if (const int open = talking_; open >= 0) ::shutdown(open, SHUT_RDWR);
    thread_.join();
  }
  scripted(const scripted&) = delete;
  scripted& operator=(const scripted&) = delete;

  ovh::client_options options() {
    ovh::client_options o;
    o.account = "main";
    o.endpoint = *ovh::find_endpoint(
        fmt::format("{}://127.0.0.1:{}/1.0", tls_ ? "https" : "http", port_), std::nullopt);
    o.credentials = ovh::token_credentials{secret("token")};
    if (tls_) o.ca_file = directory_ / "ca.pem";
    o.requests_per_minute = 0;
    o.connections = 1;
    o.seed = 1;
    return o;
  }

  // Until everything has arrived in the client's machine, bytes nobody asked for included.
  void wait_until_said() { said_.get_future().wait(); }
  int connections() const { return connections_; }
  int requests() const { return requests_; }

 private:
  using tcp = boost::asio::ip::tcp;
  using code = boost::system::error_code;

  void serve() {
    while (!ended_) {
      code ec;
      tcp::socket in(context_);
      door_.accept(in, ec);
      if (ec) break;
      talking_ = in.native_handle();
      ++connections_;
      if (tls_) {
        boost::asio::ssl::stream<tcp::socket&> stream(in, server_context());
        stream.handshake(boost::asio::ssl::stream_base::server, ec);
        if (!ec) converse(stream, in);
      } else {
        converse(in, in);
      }
      talking_ = -1;
    }
  }

  template <class Stream>
  void converse(Stream& stream, tcp::socket& socket) {
    std::string asked;
    std::array<char, 4096> some{};
    code ec;
    while (next_ < all_.size()) {
      const auto n = stream.read_some(boost::asio::buffer(some), ec);
      if (ec) return;
      asked.append(some.data(), n);
      if (asked.find("\r\n\r\n") == std::string::npos) continue;
      asked.clear();
      ++requests_;
      const script& now = all_[next_++];
      hold_back(socket, true);
      boost::asio::write(stream, boost::asio::buffer(now.answer), ec);
      if (!now.rest.empty()) boost::asio::write(stream, boost::asio::buffer(now.rest), ec);
      hold_back(socket, false);
      for (int left = 1; left > 0 && !ended_;)
        if (::ioctl(socket.native_handle(), SIOCOUTQ, &left) != 0) break;
      if (!now.rest.empty()) said_.set_value();
      if (now.then_close) return;
    }
    while (!ec) // until the client closes it
      stream.read_some(boost::asio::buffer(some), ec);
  }

  // All in one packet, though in TLS records of their own.
  static void hold_back(tcp::socket& socket, bool on) {
    const int value = on ? 1 : 0;
    ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_CORK, &value, sizeof value);
  }

  boost::asio::ssl::context& server_context() { return server_; }
  static boost::asio::ssl::context with_certificate(const temporary_directory& beside) {
    boost::asio::ssl::context out(boost::asio::ssl::context::tls_server);
    const sim::certificate made = sim::make_certificate();
    out.use_certificate_chain(boost::asio::buffer(made.pem));
    out.use_private_key(boost::asio::buffer(made.private_key_pem), boost::asio::ssl::context::pem);
    beside.file("ca.pem", made.pem);
    return out;
  }

  std::vector<script> all_;
  bool tls_;
  temporary_directory directory_;
  boost::asio::ssl::context server_ = with_certificate(directory_);
  boost::asio::io_context context_;
  tcp::acceptor door_{context_, {boost::asio::ip::address_v4::loopback(), 0}};
  unsigned short port_ = door_.local_endpoint().port();
  std::size_t next_ = 0;
  std::promise<void> said_;
  std::atomic<bool> ended_{false};
  std::atomic<int> talking_{-1}, connections_{0}, requests_{0};
  std::thread thread_;
};

} // namespace ovhl::test
