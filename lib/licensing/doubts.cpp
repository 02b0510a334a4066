#include "licensing/doubts.hpp"

#include "licensing/match.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace ovhl::licensing {

namespace {

struct field {
  std::string_view words;
  std::string_view vm::* text;
  criterion by; // the text matters if a rule uses this; guest_os_family: always
};
constexpr std::array fields{
    field{"the configured guest OS", &vm::guest_os_family, criterion::guest_os_family},
    field{"the guest OS reported by VMware Tools", &vm::reported_guest_os_family,
          criterion::guest_os_family},
    field{"its license", &vm::license, criterion::guest_os_family},
    field{"the license in the list of licensed VMs", &vm::listed_license,
          criterion::guest_os_family},
    field{"the name (used by rules)", &vm::name, criterion::name},
    field{"the cluster (used by rules)", &vm::cluster, criterion::cluster},
    field{"the folder (used by rules)", &vm::folder, criterion::folder},
};

bool matters(const field& f, const policy& p) noexcept {
  return f.by == criterion::guest_os_family || std::ranges::any_of(p.rules, [&](const rule& r) {
           return condition_of(r.match, f.by).stated();
         });
}

bool doubtful(const field& f, const vm& seen, const policy& p) noexcept {
  const std::string_view text = seen.*f.text;
  const bool fine = f.by == criterion::guest_os_family ? readable(text) : intact(text);
  return !fine && matters(f, p);
}

} // namespace

bool unreadable(const vm& seen, const policy& p) noexcept {
  return std::ranges::any_of(fields, [&](const field& f) { return doubtful(f, seen, p); });
}

std::string unreadable_in_words(const vm& seen, const policy& p) {
  std::string list;
  for (const field& f : fields)
    if (doubtful(f, seen, p)) list.append(list.empty() ? "" : ", ").append(f.words);
  return list;
}

} // namespace ovhl::licensing
