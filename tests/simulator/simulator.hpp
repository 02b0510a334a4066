// A strict fake of the OVHcloud API inside a test: it listens on loopback on a thread of its own,
// and checks every request as the API does. Its control interface changes the fleet and arms
// faults: README.md beside this file describes them and the fleet file.
//
//   ovhl::sim::simulator api({.fleet = fleet_text});
//   api.arm({.path = "/dedicatedCloud/*/datacenter", .kind = "reset_before"});
//   ... a client at api.endpoint() with api.ca_file() and api.accepted() ...
//   CHECK(api.requests().size() == 2);
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::sim {

// The credentials that the simulator accepts. The values are distinctive, so that a test can search
// output for them.
struct accepted_credentials {
  std::string application_key = "5imApplicationKy";
  std::string application_secret = "5imApplicationSecretNeverShow001";
  std::string consumer_key = "5imConsumerKeyNeverShow000000002";
  std::string client_id = "EU.5imclientid000001";
  std::string client_secret = "5imClientSecretNeverShow00000003";
  std::string access_token = "5imAccessTokenNeverShow000000004"; // does not expire
};

// A generated fleet: the same seed gives the same fleet.
struct generated_fleet {
  std::size_t vms = 0; // in all
  std::uint64_t seed = 1;
  std::size_t services = 1;
  std::size_t datacenters = 1; // of each service
  int drift_percent = 5;       // VMs whose license does not match their guest OS
};

// How the API behaves; PATCH /control/settings changes it while the simulator runs.
struct behaviour {
  bool honour_pages = true;             // false: X-Pagination-* are ignored, lists are plain ids
  std::size_t page_cap = 0;             // the longest page, whatever is requested; 0: no limit
  bool retry_after = true;              // 429 beyond the budget carries Retry-After
  std::chrono::milliseconds latency{0}; // before every answer
  std::chrono::milliseconds clock_offset{0};
  std::string date_header = "right"; // Date in answers; or "none", or a text that is sent unchanged
};

struct options {
  bool tls = true; // else plain http
  std::string host =
      "localhost";        // in the URLs: localhost, 127.0.0.1 or ::1; it listens on all of them
  std::uint16_t port = 0; // 0: a free one
  accepted_credentials accepted = {};

  std::string fleet = {}; // the text of a fleet file (YAML or JSON); empty: `generate`
  generated_fleet generate = {};

  sim::behaviour behaviour = {};
  int requests_per_minute = 0;     // a token bucket of that size, 429 beyond; 0: no limit
  std::size_t log_limit = 200'000; // requests remembered; 0: none

  int task_reads = 1; // how many reads of a task show each state (todo, doing); 0: only the
                      // control interface moves tasks
  std::chrono::milliseconds task_time{
      0}; // not 0: each state lasts so long, however often it is read
};

// A fault to arm. README.md has the kinds, and which members each of them uses.
struct fault {
  std::string method = "*";
  std::string path = "*"; // a glob on the path below /1.0, without its query
  std::string kind = "status";
  int times = 1;                // how many requests it affects; 0: all until faults are cleared
  int skip = 0;                 // how many matching requests it lets pass first
  int status = 500;             // kind status
  bool after = false;           // kinds status, throttle: the request takes effect first
  std::string body = {};        // replaces the kind's own body
  std::string retry_after = {}; // kind throttle: the header's value; empty: no such header
  std::map<std::string, std::string> headers = {}; // of the answer; they replace its own
  std::chrono::milliseconds delay{20};             // kinds slow, delay
  std::size_t bytes = 16;                          // kind slow: how many at a time
};

// A request as it was received, without secrets.
struct logged_request {
  std::uint64_t number = 0;     // from 1
  std::uint64_t connection = 0; // from 1
  std::string method;
  std::string path;  // below /1.0, still encoded, without its query
  std::string query; // without '?'
  std::map<std::string, std::string>
      headers; // lower-case names: pragma, x-pagination-*, accept*, content-type, user-agent, host
  std::string body;
  int status = 0; // 0: no answer was sent
  std::string query_id;
  std::string authenticated; // "application", "oauth2", "token"; empty: not authenticated
  std::string fault;         // the kind of its fault; empty: none
};

class simulator {
 public:
  // Listens when it returns. Throws if the fleet is wrong or the port is taken.
  explicit simulator(options);
  ~simulator();
  simulator(const simulator&) = delete;
  simulator& operator=(const simulator&) = delete;

  std::string endpoint() const;  // "https://localhost:40123/1.0"
  std::string token_url() const; // "https://localhost:40123/auth/oauth2/token"
  std::string control_url() const;
  std::uint16_t port() const;
  std::filesystem::path
  ca_file() const; // PEM, in a private directory that the destructor removes; empty for plain http
  const accepted_credentials& accepted() const;
  // The text of an ovh.conf for this endpoint; `kind` is application, oauth2 or token.
  std::string conf(std::string_view kind = "application") const;

  // Calls the control interface without HTTP and returns the answer's JSON. Throws
  // std::runtime_error with the message if it is refused.
  std::string control(std::string_view method, std::string_view path, std::string_view body = {});

  // The same for what tests need most.
  void arm(const fault&);
  void disarm();                          // all faults
  std::vector<logged_request> requests(); // since the last forget_requests()
  void forget_requests();
  // Becomes readable with every request, for poll(2); an eventfd that does not block.
  int request_event() const;
  std::vector<std::string> issued_tokens();        // OAuth2 tokens: secrets to search output for
  std::vector<std::string> issued_consumer_keys(); // the same
  std::vector<std::string> violations();           // what the API allows but nobody should do

  // Accepts no more connections and resets open ones; resume() listens again on the same port.
  void stop_listening();
  void resume();

 private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace ovhl::sim
