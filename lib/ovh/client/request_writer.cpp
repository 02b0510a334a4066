#include "ovh/client/request_writer.hpp"

#include "base/on_exit.hpp"
#include "base/secret.hpp"
#include "ovh/http/request_head.hpp"

namespace ovhl::ovh {

namespace {

// Names of headers, a host, signatures. A string that grows while a secret is in it leaves a copy
// behind, so all room is reserved in advance.
constexpr std::size_t other_headers = 1024;

void begin_head(request_head& head, std::string_view method, const url& to, std::string_view path,
                const client_parts& parts) {
  head.begin(method, to.target, path);
  head.field("Host", to.authority());
  head.field("User-Agent", parts.options.user_agent);
  head.field("Accept", "application/json");
}

} // namespace

std::optional<error> write_request(std::string& message, std::string_view method, const request& r,
                                   const client_parts& parts) {
  const url& base = parts.options.endpoint.base;
  std::size_t room = other_headers + parts.who.size() + base.target.size() +
                     parts.options.user_agent.size() + r.path.size() + r.body.size();
  for (const header& h : r.headers)
    room += h.name.size() + h.value.size() + 4;
  wipe(message);
  message.reserve(room);
  request_head head(message);
  begin_head(head, method, base, r.path, parts);
  if (r.authenticated)
    parts.who.append(head, method, base.text(), r.path, r.body, parts.clock.now());
  for (const header& h : r.headers)
    head.field(h.name, h.value);
  if (!r.body.empty()) head.field("Content-Type", "application/json");
  if (method == "POST") head.field("Content-Length", std::to_string(r.body.size()));
  if (auto refused = head.end()) return refused;
  message.append(r.body);
  return std::nullopt;
}

std::optional<error> write_token_request(std::string& message, const url& from,
                                         const client_parts& parts) {
  std::string form = parts.who.token_form();
  const on_exit wiping([&] { wipe(form); });
  message.reserve(other_headers + from.target.size() + parts.options.user_agent.size() +
                  form.size());
  request_head head(message);
  begin_head(head, "POST", from, from.target.empty() ? "/" : "", parts);
  head.field("Connection", "close");
  head.field("Content-Type", "application/x-www-form-urlencoded");
  head.field("Content-Length", std::to_string(form.size()));
  if (auto refused = head.end()) return refused;
  message.append(form);
  return std::nullopt;
}

} // namespace ovhl::ovh
