#include "config/settings.hpp"

#include "base/text.hpp"
#include "base/url.hpp"
#include "config/document.hpp"
#include "config/paths.hpp"
#include "config/reader.hpp"

#include <fmt/format.h>

#include <array>

namespace ovhl::config {

namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::seconds;

// An https URL, or http to this machine. A message does not repeat a URL with a user or password.
template <class T>
void put_url(report& r, const node& n, T& out) {
  const bool right = parse_url(n.text).has_value();
  if (n.text.find('@') != std::string::npos)
    r.mistake(n.at, "this URL must not contain a user or a password");
  else if (!right && n.text.starts_with("http://"))
    r.mistake(
        n.at,
        fmt::format("'{}' uses plain http, which is allowed only for loopback addresses; use https",
                    printable(n.text)));
  else if (!right)
    r.mistake(n.at, fmt::format("'{}' is not a URL; it must look like https://host/path",
                                printable(n.text)));
  else
    out = n.text;
}

template <class T>
reader url(T& out) {
  return line([&out](report& r, const node& n) { put_url(r, n, out); });
}

reader endpoint(std::string& out) {
  return line([&out](report& r, const node& n) {
    static constexpr std::array<std::string_view, 3> names{"ovh-eu", "ovh-ca", "ovh-us"};
    if (n.text.find("://") != std::string::npos) return put_url(r, n, out);
    out = n.text;
    for (std::string_view name : names)
      if (n.text == name) return;
    const std::string hint = did_you_mean(n.text, names);
    r.mistake(n.at,
              fmt::format("unknown endpoint '{}'{}", printable(n.text),
                          hint.empty() ? "; it must be ovh-eu, ovh-ca, ovh-us or a URL" : hint));
  });
}

reader service(std::string& out) {
  return line([&out](report& r, const node& n) {
    out = n.text;
    if (n.text.find('/') != std::string::npos)
      r.mistake(n.at, fmt::format("'{}' is not a service name: it must not contain '/'",
                                  printable(n.text)));
  });
}

reader account_of(account& a, const std::filesystem::path& base) {
  return map({
      {"name", line(a.name), required},
      {"endpoint", endpoint(a.endpoint), required},
      {"credentials_file", or_null(path(a.credentials_file, base))},
      {"oauth2_token_url", or_null(url(a.oauth2_token_url))},
      {"ca_file", or_null(path(a.ca_file, base))},
      {"services", or_null(distinct(list_of(a.services, service, 1)))},
  });
}

// off, host:port on loopback, or unix:/path.
reader http(std::string& out, const std::filesystem::path& base) {
  return [&out, base](report& r, const node& n, std::string_view what) {
    static constexpr std::string_view wanted =
        "off, a loopback address with a port such as 127.0.0.1:9877, or unix:/path";
    if (switched(n) == false) return;
    const std::string_view text = n.text;
    if (text.starts_with("unix:") && text.size() > 5)
      out = "unix:" + (base / text.substr(5)).lexically_normal().string();
    else if (const auto host = host_before_port(text); host && is_loopback(*host))
      out = text;
    else
      return r.expected(n, what, wanted);
    r.warning(n.at, "this version does not serve the page yet; 'http' has no effect");
  };
}

reader settings_of(settings& s) {
  const std::filesystem::path base = s.file.parent_path();
  const auto account_reader = [base](account& a) { return account_of(a, base); };
  const names_of<listing> listings = {
      {"auto", listing::automatic}, {"pages", listing::pages}, {"each", listing::each}};
  const names_of<log_level> levels = {{"debug", log_level::debug},
                                      {"info", log_level::info},
                                      {"warning", log_level::warning},
                                      {"error", log_level::error}};
  const names_of<log_format> formats = {{"auto", log_format::automatic},
                                        {"journal", log_format::journal},
                                        {"text", log_format::text},
                                        {"json", log_format::json}};
  return map(
      {
          {"policy", path(s.policy, base), required},
          {"accounts", distinct(list_of(s.accounts, account_reader, 1), "name"), required},
          {"poll", map({
                       {"interval", duration(s.poll.interval, seconds(1), days(1))},
                       {"timeout", duration(s.poll.timeout, seconds(1), days(1))},
                   })},
          {"api", map({
                      {"requests_per_minute", whole(s.api.requests_per_minute, 0, 100'000)},
                      {"connections", whole(s.api.connections, 1, 64)},
                      {"timeout", duration(s.api.timeout, seconds(1), minutes(10))},
                      {"listing", one_of<listing>(s.api.listing, listings)},
                  })},
          {"corrections", on_off(s.corrections)},
          {"status", map({
                         {"file", path(s.status.file, base)},
                         {"prometheus", or_null(path(s.status.prometheus, base))},
                         {"max_findings", whole(s.status.max_findings, 0, 1'000'000)},
                     })},
          {"ledger", path(s.ledger, base)},
          {"http", http(s.http, base)},
          {"log", map({
                      {"level", one_of<log_level>(s.log.level, levels)},
                      {"format", one_of<log_format>(s.log.format, formats)},
                  })},
      },
      [&s](report& r, const node& root) { check_paths(r, root, s); });
}

} // namespace

checked_settings parse_settings(std::string_view text, const std::filesystem::path& file) {
  settings s;
  s.file = file;
  diagnostics found = read_document(text, file, settings_of(s));
  std::filesystem::path policy = s.policy;
  return {conclude(std::move(s), std::move(found)), std::move(policy)};
}

checked_settings read_settings(const std::filesystem::path& file) {
  const file_text f = read_text(file);
  if (f.problem.empty()) return parse_settings(f.text, file);
  checked_settings c;
  c.errors.push_back({file.string(), 0, 0, f.problem, {}});
  return c;
}

} // namespace ovhl::config
