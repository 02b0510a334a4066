// The parts of the typed API calls. To add a call: write a reader of its answer, which describes
// the places and takes their values in `arrived`; beside it the function, which passes the path and
// the reader to ask(); then add its rights in api/rights.cpp and its fake in
// tests/simulator/routes. Use ask_afresh() for answers that decisions rest on. Requests that change
// something go through client::post, which sends them once.
#pragma once

#include "base/error.hpp"
#include "json/json_reader.hpp"
#include "loop/clock.hpp"
#include "ovh/client/client.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::ovh {

using boost::asio::awaitable;
using loop::steady_point;

awaitable<result<answer>> ask(client&, std::string path, json_reader& body, steady_point deadline);
// The same, but no cache may answer.
awaitable<result<answer>> ask_afresh(client&, std::string path, json_reader& body,
                                     steady_point deadline);

// The path "/dedicatedCloud/pcc-1", followed by `rest`.
std::string below(std::string_view service, std::string_view rest = {});

// A text that may be damaged without making the answer fail; licensing::intact() tells.
inline json_place maybe_damaged(presence need = presence::optional) {
  return {.type = json_type::text, .need = need, .damaged_too = true};
}

// ["pcc-192-0-2-1", …]
class texts_reader final : public json_reader {
 public:
  texts_reader();
  std::vector<std::string> values;

 private:
  void forget() override { values.clear(); }
  json_place text_{json_type::text};
  json_place list_{.type = json_type::list, .elements = {&text_}};
};

// [1074, …]
class ids_reader final : public json_reader {
 public:
  explicit ids_reader(std::size_t largest_body = large_body);
  std::vector<std::int64_t> values;

 private:
  void forget() override { values.clear(); }
  json_place id_{json_type::integer};
  json_place list_{.type = json_type::list, .elements = {&id_}};
};

} // namespace ovhl::ovh
