#include "os/person.hpp"

#include "base/directory_path.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <fstream>

namespace ovhl::os {

namespace {

// The kernel keeps it from the login on, also after su and sudo (proc(5)).
std::optional<std::uint32_t> login_of(const std::filesystem::path& loginuid) {
  constexpr std::uint32_t nobody_logged_in = 4294967295;
  std::string text;
  std::ifstream(loginuid) >> text;
  std::uint32_t id = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, failed] = std::from_chars(text.data(), end, id);
  if (failed != std::errc() || rest != end || text.empty() || id == nobody_logged_in)
    return std::nullopt;
  return id;
}

std::optional<std::string> claim() {
  constexpr std::size_t longest = 64;
  const char* const says = std::getenv("SUDO_USER");
  if (says == nullptr || *says == '\0') return std::nullopt;
  return fitted(printable(std::string_view(says).substr(0, 4 * longest)), longest);
}

} // namespace

std::string user_name(unsigned id) {
  const auto found = user_of(id);
  return found ? found->name : fmt::format("uid {}", id);
}

person who_asks(const std::filesystem::path& loginuid) {
  person who{user_name(login_of(loginuid).value_or(::geteuid())), claim()};
  if (who.claimed == who.user) who.claimed.reset();
  return who;
}

} // namespace ovhl::os
