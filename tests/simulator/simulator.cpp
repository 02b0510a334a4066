#include "simulator/simulator.hpp"

#include "simulator/certificate.hpp"
#include "simulator/control.hpp"
#include "simulator/server.hpp"
#include "simulator/world.hpp"
#include "support/temporary_directory.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <future>
#include <stdexcept>
#include <thread>

namespace ovhl::sim {

namespace asio = boost::asio;

namespace {

// The certificate, for the server and for clients that trust it.
struct identity {
  identity() : context(asio::ssl::context::tls_server), ca_file(directory / "ca.pem") {
    const auto made = make_certificate();
    context.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
    context.use_certificate(asio::buffer(made.pem), asio::ssl::context::pem);
    context.use_private_key(asio::buffer(made.private_key_pem), asio::ssl::context::pem);
    directory.file("ca.pem", made.pem);
  }
  test::temporary_directory directory;
  asio::ssl::context context;
  std::filesystem::path ca_file;
};

// An eventfd, readable after signal().
class event {
 public:
  event() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (fd_ < 0) throw std::runtime_error("cannot make an eventfd");
  }
  ~event() { ::close(fd_); }
  event(const event&) = delete;
  event& operator=(const event&) = delete;
  int fd() const { return fd_; }
  void signal() const { ::eventfd_write(fd_, 1); }

 private:
  int fd_;
};

} // namespace

// The order matters: the io_context is destroyed before what its coroutines use.
struct simulator::state {
  explicit state(options wanted)
      : settings(std::move(wanted)),
        tls(settings.tls ? std::make_unique<identity>() : nullptr),
        all(settings),
        open(all),
        listening(io, all, open, tls ? &tls->context : nullptr, settings.port) {
    const bool six = settings.host.find(':') != std::string::npos;
    all.origin = fmt::format("{}://{}{}{}:{}", settings.tls ? "https" : "http", six ? "[" : "",
                             settings.host, six ? "]" : "", listening.port());
    all.log.on_request = [this] { received.signal(); };
    thread = std::thread([this] { io.run(); });
  }
  ~state() {
    io.stop();
    thread.join();
  }
  state(const state&) = delete;
  state& operator=(const state&) = delete;

  // Runs `work` on the thread that owns the world. It should not throw: the thread sanitizer takes
  // an exception that changes threads for a race.
  template <class F>
  auto on_thread(F work) {
    std::packaged_task<decltype(work())()> task(std::move(work));
    auto result = task.get_future();
    asio::post(io, std::move(task));
    return result.get();
  }

  const options settings;
  const std::unique_ptr<identity> tls;
  const event received;
  world all;
  connections open;
  asio::io_context io{1};
  // run() goes on while nothing listens and nobody is connected.
  asio::executor_work_guard<asio::io_context::executor_type> staying{io.get_executor()};
  server listening;
  std::thread thread;
};

simulator::simulator(options wanted) : state_(std::make_unique<state>(std::move(wanted))) {}
simulator::~simulator() = default;

std::string simulator::endpoint() const { return state_->all.origin + "/1.0"; }
std::string simulator::token_url() const { return state_->all.origin + "/auth/oauth2/token"; }
std::string simulator::control_url() const { return state_->all.origin + "/control"; }
std::uint16_t simulator::port() const { return state_->listening.port(); }

std::filesystem::path simulator::ca_file() const {
  return state_->tls ? state_->tls->ca_file : std::filesystem::path();
}

const accepted_credentials& simulator::accepted() const { return state_->settings.accepted; }

std::string simulator::conf(std::string_view kind) const {
  const auto& keys = accepted();
  const auto section = fmt::format("[default]\nendpoint={0}\n\n[{0}]\n", endpoint());
  if (kind == "application")
    return section + fmt::format("application_key={}\napplication_secret={}\nconsumer_key={}\n",
                                 keys.application_key, keys.application_secret, keys.consumer_key);
  if (kind == "oauth2")
    return section +
           fmt::format("client_id={}\nclient_secret={}\n", keys.client_id, keys.client_secret);
  if (kind == "token") return section + fmt::format("access_token={}\n", keys.access_token);
  throw std::runtime_error(fmt::format("there are no credentials of kind '{}'", kind));
}

std::string simulator::control(std::string_view method, std::string_view path,
                               std::string_view body) {
  const auto answer =
      state_->on_thread([&] { return sim::control(state_->all, method, path, body); });
  if (answer.status != 200)
    throw std::runtime_error(
        std::string(boost::json::parse(answer.body).at("message").as_string()));
  return answer.body;
}

void simulator::arm(const fault& it) {
  control("POST", "/control/faults", boost::json::serialize(to_json(it)));
}

void simulator::disarm() {
  state_->on_thread([&] { state_->all.faults.clear(); });
}

std::vector<logged_request> simulator::requests() {
  return state_->on_thread([&] {
    const auto& entries = state_->all.log.entries();
    return std::vector<logged_request>(entries.begin(), entries.end());
  });
}

void simulator::forget_requests() {
  state_->on_thread([&] { state_->all.log.clear(); });
}

int simulator::request_event() const { return state_->received.fd(); }

std::vector<std::string> simulator::issued_consumer_keys() {
  return state_->on_thread([&] { return state_->all.credentials.issued_consumer_keys(); });
}

std::vector<std::string> simulator::issued_tokens() {
  return state_->on_thread([&] { return state_->all.credentials.issued_tokens(); });
}

std::vector<std::string> simulator::violations() {
  return state_->on_thread([&] { return state_->all.conduct.violations; });
}

void simulator::stop_listening() {
  state_->on_thread([&] { state_->listening.stop_listening(); });
}

void simulator::resume() {
  const auto error = state_->on_thread([&] {
    try {
      state_->listening.listen();
      return boost::system::error_code();
    } catch (const boost::system::system_error& mistake) {
      return mistake.code();
    }
  });
  if (error) throw boost::system::system_error(error, "listening again");
}

} // namespace ovhl::sim
