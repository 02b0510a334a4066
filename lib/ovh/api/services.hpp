// What a service is and when it expires. How to add a call: asking.hpp.
#pragma once

#include "base/timestamp.hpp"
#include "ovh/api/asking.hpp"

#include <string>
#include <vector>

namespace ovhl::ovh {

awaitable<result<std::vector<std::string>>> list_services(client&, steady_point deadline);

struct service_facts {
  bool spla = false; // Windows licenses are activated
};

// dedicatedCloud.dedicatedCloudWithIAM
class service_reader final : public json_reader {
 public:
  service_reader() { read(object_); }
  service_facts facts() const { return {.spla = spla_.boolean}; }

 private:
  json_place spla_{json_type::boolean};
  json_place object_{.type = json_type::object, .fields = {{"spla", &spla_}}};
};

awaitable<result<service_facts>> get_service(client&, std::string service, steady_point deadline);

struct service_term {
  day end{};              // the day the service expires
  bool automatic = false; // it renews itself
};

// services.Service
class term_reader final : public json_reader {
 public:
  term_reader();
  service_term term() const {
    const bool renewed = automatic_.boolean && !deleted_.boolean;
    return {.end = end_, .automatic = renewed};
  }

 private:
  day end_{};
  json_place date_{json_type::text};
  json_place automatic_{json_type::boolean, presence::optional},
      deleted_{json_type::boolean, presence::optional};
  json_place renew_{.type = json_type::object,
                    .need = presence::optional,
                    .fields = {{"automatic", &automatic_}, {"deleteAtExpiration", &deleted_}}};
  json_place object_{.type = json_type::object,
                     .fields = {{"expiration", &date_}, {"renew", &renew_}}};
};

awaitable<result<service_term>> get_term(client&, std::string service, steady_point deadline);

} // namespace ovhl::ovh
