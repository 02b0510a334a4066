#include "application_keys.hpp"

#include "base/text.hpp"
#include "base/wrong.hpp"
#include "complaints.hpp"
#include "os/prompt.hpp"
#include "ovh/http/request_head.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

namespace ovhl {

namespace {

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

result<secret> asked(std::string_view question, bool hidden) {
  const os::answered got = os::ask(question, hidden);
  if (got.stopped) return wrong("login", "stopped; nothing was written");
  if (!got.text) return wrong("login", "no answer; nothing was written");
  return secret(trimmed(got.text->reveal()));
}

result<application_keys> typed(const std::string& create_url) {
  say(fmt::format("Create an application (a key and a secret) once, at {}\n", create_url));
  auto key = asked("Application key: ", false);
  if (!key) return key.error();
  auto hidden = asked("Application secret (not shown): ", true);
  if (!hidden) return hidden.error();
  return application_keys{std::string(key->reveal()), std::move(*hidden), "the terminal"};
}

result<application_keys> checked(application_keys keys) {
  for (const std::string_view value : {std::string_view(keys.key), keys.secret.reveal()})
    if (value.empty() || !ovh::plain_value(value))
      return wrong(keys.from, "an application's key and secret are letters and digits",
                   "copy them as OVHcloud shows them");
  return keys;
}

} // namespace

result<application_keys> find_application_keys(const ovh::conf_facts& file,
                                               const std::filesystem::path& name,
                                               const std::string& create_url) {
  if (file.application_key && file.application_secret)
    return checked(
        {std::string(file.application_key->reveal()), *file.application_secret, name.string()});
  const std::string_view key = variable("OVH_APPLICATION_KEY");
  const std::string_view hidden = variable("OVH_APPLICATION_SECRET");
  if (!key.empty() && !hidden.empty())
    return checked({std::string(key), secret(hidden), "the variables OVH_APPLICATION_*"});
  if (::isatty(STDIN_FILENO) == 0)
    return wrong("login", "no application key and secret, and no terminal to ask for them",
                 fmt::format("create an application at {}, and put application_key and "
                             "application_secret into {}, or into OVH_APPLICATION_KEY and "
                             "OVH_APPLICATION_SECRET",
                             create_url, name.string()));
  auto keys = typed(create_url);
  if (!keys) return keys.error();
  return checked(std::move(*keys));
}

} // namespace ovhl
