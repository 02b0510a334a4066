// What the typed calls are made of. A new call: a reader of its answer, which describes its places
// and takes the values in `arrived`, and beside it the call, which names the path and hands the
// reader to ask(); its rights in api/rights.cpp, its fake in tests/simulator/routes. What a
// decision rests on is asked for with ask_afresh(); what changes something is sent by client::post,
// once.
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
// From no cache.
awaitable<result<answer>> ask_afresh(client&, std::string path, json_reader& body,
                                     steady_point deadline);

// "/dedicatedCloud/pcc-1" and what comes below it.
std::string below(std::string_view service, std::string_view rest = {});

// A text that may come damaged without spoiling the answer: licensing::intact() tells.
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
