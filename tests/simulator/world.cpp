#include "simulator/world.hpp"

#include "simulator/control.hpp"
#include "simulator/fleet_file.hpp"
#include "simulator/routes.hpp"

#include <fmt/format.h>

namespace ovhl::sim {

world::world(const options& wanted)
    : fleet(wanted.fleet.empty() ? generate(wanted.generate) : parse_fleet(wanted.fleet)),
      credentials(wanted.accepted),
      log(wanted.log_limit),
      changes(wanted.generate.seed),
      behaviour(wanted.behaviour) {
  tasks.reads_per_state = wanted.task_reads;
  tasks.time_per_state = wanted.task_time;
  tasks.on_effect = [this](const task& it) {
    if (!it.foreign) conduct.read_vms.erase(it.vm_id);
  };
  budget.set(wanted.requests_per_minute, now());
}

namespace {

constexpr std::string_view api_root = "/1.0";
constexpr std::string_view token_path = "/auth/oauth2/token";

bool below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

reply over_budget(const world& w) {
  auto answer =
      refused({429, "Client::TooManyRequests", "Too many requests, please try again later"});
  if (w.behaviour.retry_after)
    answer.headers["Retry-After"] = std::to_string(w.budget.wait().count());
  return answer;
}

reply right_answer(world& w, const request& asked, std::string_view path, bool paged,
                   logged_request& entry) {
  if (!w.budget.take(w.now())) return over_budget(w);
  if (asked.path() == token_path) return w.credentials.token(asked, w.second());
  return answer_route(w, asked, path, paged, entry.authenticated);
}

// The page that a person opens to confirm a new credential.
reply validation_page(world& w, const request& asked) {
  constexpr std::string_view key = "credentialToken=";
  const auto query = asked.query();
  const bool known = query.starts_with(key) && w.credentials.validate(query.substr(key.size()));
  return {.status = known ? 200 : 404,
          .body = fmt::format("<html><body><p>{}</p></body></html>\n",
                              known ? "The application may now use your account."
                                    : "This link is not valid."),
          .content_type = "text/html"};
}

answer respond_api(world& w, const request& asked, std::string_view path) {
  auto& entry = w.log.begin(asked, path, asked.path() != token_path);
  entry.query_id =
      fmt::format("SIM.ext-1.{:08x}.{}", w.log.count() * 2654435761U & 0xffffffffU, w.log.count());
  const auto fault = w.faults.take(asked.method, path);
  const bool paged = w.behaviour.honour_pages && !(fault && fault->kind == "no_pages");
  answer out;
  if (!fault || takes_effect(*fault)) out.reply = right_answer(w, asked, path, paged, entry);
  if (fault) {
    entry.fault = fault->kind;
    out = apply_fault(*fault, std::move(out.reply));
  }
  const bool sent =
      out.delivery.how != delivery::manner::reset && out.delivery.how != delivery::manner::never;
  entry.status = sent ? out.reply.status : 0;
  out.reply.headers.emplace("X-Ovh-QueryID", entry.query_id);
  if (w.behaviour.date_header == "right")
    out.reply.headers.emplace("Date", http_date(w.second()));
  else if (w.behaviour.date_header != "none")
    out.reply.headers.emplace("Date", w.behaviour.date_header);
  if (out.delivery.how != delivery::manner::dripped) out.delivery.delay += w.behaviour.latency;
  return out;
}

answer respond_somewhere(world& w, const request& asked) {
  w.tasks.pass_time(w.fleet, w.now());
  const auto path = asked.path();
  if (below(path, "/control")) return {control(w, asked.method, path, asked.body), {}};
  if (path == "/auth/" && asked.method == "GET") return {validation_page(w, asked), {}};
  if (path == token_path) return respond_api(w, asked, path);
  if (below(path, api_root)) return respond_api(w, asked, path.substr(api_root.size()));
  return {html_page(404), {}};
}

} // namespace

answer respond(world& w, const request& asked) {
  try {
    return respond_somewhere(w, asked);
  } catch (const std::exception& mistake) { // a bug of the simulator, not a refusal
    return {refused({500, "Server::SimulatorError", mistake.what()}), {}};
  }
}

} // namespace ovhl::sim
