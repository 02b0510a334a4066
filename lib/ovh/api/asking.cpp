#include "ovh/api/asking.hpp"

#include "base/url.hpp"

#include <utility>

namespace ovhl::ovh {

awaitable<result<answer>> ask(client& api, std::string path, json_reader& body,
                              steady_point deadline) {
  request r;
  r.path = std::move(path);
  co_return co_await api.get(std::move(r), body, deadline);
}

awaitable<result<answer>> ask_afresh(client& api, std::string path, json_reader& body,
                                     steady_point deadline) {
  request r;
  r.path = std::move(path);
  r.headers.push_back({"Pragma", "no-cache"});
  co_return co_await api.get(std::move(r), body, deadline);
}

std::string below(std::string_view service, std::string_view rest) {
  return "/dedicatedCloud/" + percent_encoded(service) + std::string(rest);
}

texts_reader::texts_reader() {
  text_.arrived = [this] { values.push_back(text_.text); };
  read(list_);
}

ids_reader::ids_reader(std::size_t largest_body) : json_reader(largest_body) {
  id_.arrived = [this] { values.push_back(id_.integer); };
  read(list_);
}

} // namespace ovhl::ovh
