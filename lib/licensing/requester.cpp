#include "licensing/requester.hpp"

#include <fmt/format.h>

namespace ovhl::licensing {

std::string words(const requester& who) {
  if (!who.person) return "the daemon";
  return who.claimed ? fmt::format("{} (SUDO_USER says '{}')", who.user, *who.claimed) : who.user;
}

} // namespace ovhl::licensing
