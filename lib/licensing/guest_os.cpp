#include "licensing/guest_os.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace ovhl::licensing {

namespace {

struct product {
  std::string_view guest_id;
  std::string_view name;
};

// In vSphere's ids "srvNext" is the release after the one named, and windows9 is Windows 10.
constexpr auto products = std::to_array<product>({
    {"windows2022srvNext_64Guest", "Windows Server 2025"},
    {"windows2019srvNext_64Guest", "Windows Server 2022"},
    {"windows2019srv_64Guest", "Windows Server 2019"},
    {"windows9Server64Guest", "Windows Server 2016 or later"}, // old hosts use it up to 2025
    {"windows8Server64Guest", "Windows Server 2012 or 2012 R2"},
    {"windows7Server64Guest", "Windows Server 2008 R2"},
    {"winLonghorn64Guest", "Windows Server 2008"},
    {"winLonghornGuest", "Windows Server 2008"},
    {"winNetEnterprise64Guest", "Windows Server 2003"},
    {"winNetEnterpriseGuest", "Windows Server 2003"},
    {"winNetDatacenter64Guest", "Windows Server 2003"},
    {"winNetDatacenterGuest", "Windows Server 2003"},
    {"winNetStandard64Guest", "Windows Server 2003"},
    {"winNetStandardGuest", "Windows Server 2003"},
    {"winNetWebGuest", "Windows Server 2003"},
    {"winNetBusinessGuest", "Windows Server 2003"},
    {"win2000AdvServGuest", "Windows 2000 Server"},
    {"win2000ServGuest", "Windows 2000 Server"},
    {"winNTGuest", "Windows NT 4"},
    {"windowsHyperVGuest", "Hyper-V"},
    {"windows12_64Guest", "Windows 12"},
    {"windows11_64Guest", "Windows 11"},
    {"windows9_64Guest", "Windows 10"},
    {"windows9Guest", "Windows 10"},
    {"windows8_64Guest", "Windows 8"},
    {"windows8Guest", "Windows 8"},
    {"windows7_64Guest", "Windows 7"},
    {"windows7Guest", "Windows 7"},
    {"winVista64Guest", "Windows Vista"},
    {"winVistaGuest", "Windows Vista"},
    {"winXPPro64Guest", "Windows XP"},
    {"winXPProGuest", "Windows XP"},
    {"winXPHomeGuest", "Windows XP"},
    {"win2000ProGuest", "Windows 2000"},
    {"winMeGuest", "Windows Me"},
    {"win98Guest", "Windows 98"},
    {"win95Guest", "Windows 95"},
    {"win31Guest", "Windows 3.1"},
    {"windowsGuest", "Windows, version unknown"},
});

} // namespace

bool is_windows(std::string_view guest_id) noexcept {
  return equal_ignoring_case(guest_id.substr(0, 3), "win");
}

bool is_legacy_windows(std::string_view guest_id) noexcept {
  return equal_ignoring_case(guest_id, "windows8Server64Guest") ||
         equal_ignoring_case(guest_id, "windows7Server64Guest");
}

bool is_unspecific_windows(std::string_view guest_id) noexcept {
  return equal_ignoring_case(guest_id, "windowsGuest");
}

std::string_view product_name(std::string_view guest_id) noexcept {
  const auto* const found = std::ranges::find_if(
      products, [&](const product& p) { return equal_ignoring_case(p.guest_id, guest_id); });
  return found == products.end() ? std::string_view() : found->name;
}

} // namespace ovhl::licensing
