// Reads one datacenter: its vmLicensed, its VMs, and whether the two agree. If they do not, it
// reads both once more.
#pragma once

#include "licensing/inventory.hpp"
#include "ovh/api/dedicated_cloud.hpp"
#include "ovh/survey/survey.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ovhl::ovh {

// The progress of the whole survey.
struct tally {
  progress far;
  std::function<void(const progress&)> tell;

  void expect(std::size_t vms) {
    far.expected += vms;
    if (tell) tell(far);
  }
  void saw_one() {
    ++far.seen;
    if (tell) tell(far);
  }
};

class datacenter_survey {
 public:
  datacenter_survey(client&, licensing::place, const survey_options&, tally&);

  // Never fails: an error becomes the datacenter's `problem`.
  boost::asio::awaitable<licensing::datacenter> run();

 private:
  using problem = std::optional<error>;

  boost::asio::awaitable<problem> once();
  boost::asio::awaitable<problem> list_licensed();
  boost::asio::awaitable<problem> list_ids();
  boost::asio::awaitable<problem> list_pages();
  boost::asio::awaitable<problem> read_each();
  boost::asio::awaitable<void> read_some();
  boost::asio::awaitable<problem> confirm_vanished();
  void forget();
  void join();
  error complaint(failure, std::string message, std::string advice = {}) const;

  client& api_;
  const survey_options& options_;
  tally& tally_;
  std::string path_; // of the datacenter
  licensing::datacenter seen_;

  // Of one attempt:
  std::vector<licensed_vm> licensed_;  // by id
  std::vector<std::int64_t> ids_;      // to be read one by one
  std::size_t next_ = 0;               // of ids_
  std::optional<std::size_t> total_;   // as the pages state it
  std::vector<std::int64_t> vanished_; // listed, but not found when they were read
  int failures_ = 0;                   // VMs that could not be read
  problem last_failure_;
  std::size_t expected_ = 0; // told to the tally
  std::string gap_;          // why the lists are incomplete; empty: they are complete
};

} // namespace ovhl::ovh
