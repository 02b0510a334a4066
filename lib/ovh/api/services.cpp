#include "ovh/api/services.hpp"

#include <utility>

namespace ovhl::ovh {

awaitable<result<std::vector<std::string>>> list_services(client& api, steady_point deadline) {
  texts_reader body;
  const auto got = co_await ask(api, "/dedicatedCloud", body, deadline);
  if (!got) co_return got.error();
  co_return std::move(body.values);
}

awaitable<result<service_facts>> get_service(client& api, std::string service,
                                             steady_point deadline) {
  service_reader body;
  const auto got = co_await ask(api, below(service), body, deadline);
  if (!got) co_return got.error();
  co_return body.facts();
}

term_reader::term_reader() {
  date_.arrived = [this] {
    if (const auto date = parse_date(date_.text))
      end_ = *date;
    else
      refuse("expected a date");
  };
  read(object_);
}

awaitable<result<service_term>> get_term(client& api, std::string service, steady_point deadline) {
  term_reader body;
  const auto got = co_await ask(api, below(service, "/serviceInfos"), body, deadline);
  if (!got) co_return got.error();
  co_return body.term();
}

} // namespace ovhl::ovh
