// `login`: which rights a consumer key needs and why, and how it is obtained: request it, wait
// until a person confirms it, check it.
#pragma once

#include "agent/setup.hpp"
#include "loop/clock.hpp"
#include "ovh/api/rights.hpp"
#include "ovh/client/client.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ovhl::agent {

struct login_flags {
  bool read_only = false, corrections = false, renewals = false;
};

struct login_wish {
  ovh::intended_use what;
  std::string level; // "to read and to correct"
  std::string why;   // "the policy's mode is enforce"
  std::string note;  // what will not work, where flags ask for less than the policy needs
  std::vector<ovh::wanted_rule> rules;
};
// The rights that configuration and policy need, unless flags say otherwise.
login_wish wish_for(const setup&, const config::account&, const login_flags&);

// A note for the user if commands run later would not use these keys; empty if they do.
std::string unused_note(const config::account&, const std::filesystem::path& written,
                        const ovh::application_credentials&, const ovh::surroundings&);

// The page on which a person creates an application (a key and a secret).
std::string create_application_url(const ovh::endpoint&);

struct login_events {
  std::function<void(const std::string& url)> confirm_at; // once
  std::function<void(std::chrono::seconds left)> waiting; // every second
  std::function<void(const error&)> problem;    // one that may pass; each is reported once
  std::function<void(const ovh::client*)> asks; // this client asks from now on; null: none
};

struct login_result {
  enum class outcome : std::uint8_t {
    validated,
    refused,    // by the person
    gone,       // OVHcloud no longer knows it
    late,       // nobody confirmed it in time
    expired,    // confirmed, and past its end
    incomplete, // confirmed with fewer rights than asked for
    failed,     // see why
  };
  outcome how = outcome::failed;
  std::optional<error> why;
  ovh::application_credentials keys;
  ovh::credential_facts facts;
  std::vector<ovh::access_rule> missing; // if it is incomplete
};

inline constexpr std::chrono::minutes login_patience{15};

// `with` has the application's key and secret, but no consumer key yet.
boost::asio::awaitable<login_result> obtain_key(boost::asio::any_io_executor, loop::clock&,
                                                ovh::client_options with,
                                                std::vector<ovh::wanted_rule>, login_events);

} // namespace ovhl::agent
