#include "ovh/credentials/credentials.hpp"

#include "base/file_error.hpp"
#include "base/read_file.hpp"
#include "base/text.hpp"
#include "base/wrong.hpp"
#include "ovh/credentials/conf_access.hpp"
#include "ovh/http/request_head.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <system_error>

namespace ovhl::ovh {

namespace {

enum key : std::size_t {
  application_key,
  application_secret,
  consumer_key,
  client_id,
  client_secret,
  access_token,
  key_count,
};
struct key_names {
  const char* in_file;
  const char* variable;
};
constexpr std::array<key_names, key_count> names{{
    {"application_key", "OVH_APPLICATION_KEY"},
    {"application_secret", "OVH_APPLICATION_SECRET"},
    {"consumer_key", "OVH_CONSUMER_KEY"},
    {"client_id", "OVH_CLIENT_ID"},
    {"client_secret", "OVH_CLIENT_SECRET"},
    {"access_token", "OVH_ACCESS_TOKEN"},
}};

result<ini> read_file(const std::filesystem::path& path, kept_by whom) {
  auto text = read_conf(path, whom);
  if (!text) return text.error();
  auto parsed = parse_ini(*text, path.string());
  wipe(*text);
  return parsed;
}

// A source of values, and its name in messages.
struct sources {
  std::vector<ini> files;
  bool variables = false;
  std::string named;
};

result<sources> open_sources(const std::optional<std::filesystem::path>& file,
                             const surroundings& around) {
  sources out;
  std::error_code ignored;
  const std::filesystem::path systemds(around.variable("CREDENTIALS_DIRECTORY").value_or(""));
  const auto handed_over = systemds / (file ? file->filename() : "ovh.conf");
  // ovh.conf there is a copy of the shared file, not of another file with that name.
  const bool other = file && file->filename() == "ovh.conf" && *file != "/etc/ovh.conf";
  const bool from_systemd =
      !systemds.empty() && !other && std::filesystem::is_regular_file(handed_over, ignored);
  if (file || from_systemd) {
    const std::filesystem::path path = from_systemd ? handed_over : *file;
    // systemd may grant access by an access list, which shows as a permission of the group.
    const bool kept_by_systemd = !systemds.empty() && path.parent_path() == systemds;
    auto one = read_file(path, kept_by_systemd ? kept_by::systemd : kept_by::us);
    if (!one) return one.error();
    out.files.push_back(std::move(*one));
    out.named = path.string();
    return out;
  }
  out.variables = true;
  for (const auto& path : around.shared_files) {
    out.named += (out.named.empty() ? "" : ", ") + path.string();
    if (!std::filesystem::exists(path, ignored)) continue;
    auto one = read_file(path, kept_by::us);
    if (!one) return one.error();
    out.files.push_back(std::move(*one));
  }
  out.named += out.named.empty() ? "OVH_* variables" : " and OVH_* variables";
  return out;
}

std::optional<secret> look_up(const sources& in, const surroundings& around,
                              std::string_view section, const key_names& key) {
  if (in.variables) {
    auto value = around.variable(key.variable);
    if (value && !value->empty()) {
      secret kept(*value);
      wipe(*value);
      return kept;
    }
  }
  for (const ini& file : in.files) {
    const auto found = file.sections.find(section);
    if (found == file.sections.end()) continue;
    const auto value = found->second.find(key.in_file);
    if (value != found->second.end() && !value->second.empty()) return value->second;
  }
  return std::nullopt;
}

std::string listed(const std::vector<std::string>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i)
    out += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return out;
}

} // namespace

result<std::string> read_secretly(int fd, const std::filesystem::path& named) {
  constexpr std::size_t largest = 1 << 20;
  auto text = ovhl::read_file(fd, largest);
  if (text) return std::move(*text);
  if (text.error().why == unread_file::cause::failed)
    return file_error(named, "cannot be read: ", text.error().code);
  return wrong(named.string(), "is too large to be an ovh.conf");
}

surroundings real_surroundings() {
  surroundings out;
  out.variable = [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
  };
  // Root's working directory may contain an ovh.conf of another user.
  if (::geteuid() != 0) out.shared_files.emplace_back("ovh.conf");
  if (const auto home = out.variable("HOME"); home && !home->empty())
    out.shared_files.push_back(std::filesystem::path(*home) / ".ovh.conf");
  out.shared_files.emplace_back("/etc/ovh.conf");
  return out;
}

result<credentials> find_credentials(std::string_view section,
                                     const std::optional<std::filesystem::path>& file,
                                     const surroundings& around) {
  auto in = open_sources(file, around);
  if (!in) return in.error();
  std::optional<secret> by_default;
  if (section.empty()) {
    by_default = look_up(*in, around, "default", {"endpoint", "OVH_ENDPOINT"});
    if (!by_default) return wrong(in->named, "[default] names no endpoint");
    section = by_default->reveal();
  }

  std::array<std::optional<secret>, key_count> found;
  std::array<std::vector<std::string>, 3> present, absent; // by kind: application, OAuth2, token
  for (std::size_t k = 0; k < key_count; ++k) {
    found[k] = look_up(*in, around, section, names[k]);
    const std::size_t kind = k <= consumer_key ? 0 : k <= client_secret ? 1 : 2;
    (found[k] ? present : absent)[kind].emplace_back(names[k].in_file);
    if (found[k] && !plain_value(found[k]->reveal()))
      return wrong(in->named, fmt::format("{} of [{}] contains an invalid character",
                                          names[k].in_file, printable(section)));
  }
  std::vector<std::string> first_keys;
  std::size_t kind = 0;
  for (std::size_t i = 0; i < present.size(); ++i) {
    if (present[i].empty()) continue;
    first_keys.push_back(present[i].front());
    kind = i;
  }
  if (first_keys.empty()) {
    const auto handed = around.variable("CREDENTIALS_DIRECTORY");
    const bool copy = handed && !handed->empty() && in->named.starts_with(*handed);
    return wrong(in->named, fmt::format("no credentials for [{}]", printable(section)),
                 copy ? "'ovh-licensed login' writes them to the account's file (/etc/ovh.conf); "
                        "the service gets its copy at the next restart"
                      : "run 'ovh-licensed login', or add client_id and client_secret of an OAuth2 "
                        "service account, or an access_token");
  }
  if (first_keys.size() > 1)
    return wrong(in->named,
                 fmt::format("[{}] has several kinds of credentials: {}", printable(section),
                             listed(first_keys)),
                 "keep exactly one kind");
  if (!absent[kind].empty())
    return wrong(in->named,
                 fmt::format("[{}] has {} but not {}", printable(section), listed(present[kind]),
                             listed(absent[kind])),
                 kind == 0 ? "run 'ovh-licensed login' to get what is missing" : "");
  switch (kind) {
  case 0:
    return credentials(application_credentials{std::string(found[application_key]->reveal()),
                                               *found[application_secret], *found[consumer_key]});
  case 1:
    return credentials(
        oauth2_credentials{std::string(found[client_id]->reveal()), *found[client_secret]});
  default: return credentials(token_credentials{*found[access_token]});
  }
}

} // namespace ovhl::ovh
