#include "os/identity.hpp"

#include "base/directory_path.hpp"
#include "base/file_error.hpp"
#include "base/wrong.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace ovhl::os {

namespace {

constexpr gid_t nogroup = 65534;

gid_t group_of(const directory_path& there) {
  if (const auto found = user_of(there.owner)) return found->group;
  return there.group != 0 ? there.group : nogroup;
}

using capabilities = std::array<__user_cap_data_struct, 2>;

bool is_without_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  capabilities has{};
  if (::syscall(SYS_capget, &header, has.data()) != 0) return false;
  for (const auto& part : has)
    if ((part.effective | part.permitted | part.inheritable) != 0) return false;
  return true;
}

// Drops what setresuid() drops anyway, unless the kernel was asked to keep it.
void give_up_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  capabilities none{};
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  ::syscall(SYS_capset, &header, none.data());
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); // that user must not read the credentials in our memory
}

bool is_for_good(uid_t user, gid_t group) {
  std::array<uid_t, 3> users{};
  std::array<gid_t, 3> groups{};
  if (::getresuid(&users[0], &users[1], &users[2]) != 0 ||
      ::getresgid(&groups[0], &groups[1], &groups[2]) != 0)
    return false;
  for (std::size_t i = 0; i < users.size(); ++i)
    if (users.at(i) != user || groups.at(i) != group) return false;
  return ::getgroups(0, nullptr) == 0 && ::setuid(0) != 0 && ::setgid(0) != 0 &&
         is_without_capabilities();
}

error not_safe(const directory_path& there) {
  return wrong(
      there.end.string(),
      fmt::format("another user can redirect this path: '{}' is not controlled by root{} alone",
                  there.foreign->string(),
                  there.owner == 0 ? "" : " and " + user_called(there.owner)),
      "use a directory below directories that only root can change, or run the command as the user "
      "who owns these files");
}

} // namespace

result<std::optional<std::string>> become_owner_of(const std::filesystem::path& directory) {
  if (::geteuid() != 0) return std::optional<std::string>();
  const auto there = follow_directory(directory);
  if (!there) return std::optional<std::string>();
  if (there->foreign) return not_safe(*there);
  if (there->owner == 0) return std::optional<std::string>();
  const gid_t group = group_of(*there);
  const std::string called = user_called(there->owner);
  const bool done = ::setgroups(0, nullptr) == 0 && ::setresgid(group, group, group) == 0 &&
                    ::setresuid(there->owner, there->owner, there->owner) == 0;
  const int code = errno;
  if (!done)
    return wrong(there->end.string(),
                 fmt::format("belongs to {}, and root cannot become that user: {}", called,
                             errno_text(code)),
                 "run the command as that user");
  give_up_capabilities();
  if (!is_for_good(there->owner, group))
    return wrong(there->end.string(),
                 fmt::format("belongs to {}, and root privileges cannot be dropped", called),
                 "run the command as that user");
  return std::optional(called);
}

} // namespace ovhl::os
