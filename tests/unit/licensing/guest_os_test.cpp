#include "licensing/guest_os.hpp"

#include <doctest/doctest.h>

using namespace ovhl::licensing;

TEST_CASE("any guest id that begins with win is Windows, known or not, in any case") {
  for (const auto id : {"windows2019srv_64Guest", "winNetStandardGuest", "winLonghornGuest",
                        "windows2031srv_64Guest", "WIN31Guest", "win"}) {
    CAPTURE(id);
    CHECK(is_windows(id));
  }
  for (const auto id : {"", "wi", "ubuntu64Guest", "darwinGuest", "otherGuest"}) {
    CAPTURE(id);
    CHECK_FALSE(is_windows(id));
  }
  CHECK_FALSE(is_windows({}));
}

TEST_CASE("2008 R2 and 2012 are the systems whose licenses cannot be declared any more") {
  CHECK(is_legacy_windows("windows7Server64Guest"));
  CHECK(is_legacy_windows("windows8server64guest"));
  for (const auto id :
       {"windows9Server64Guest", "windows7_64Guest", "windows8_64Guest", "winLonghornGuest", ""}) {
    CAPTURE(id);
    CHECK_FALSE(is_legacy_windows(id));
  }
}

TEST_CASE("windowsGuest alone says Windows without saying which") {
  CHECK(is_unspecific_windows("windowsGuest"));
  CHECK(is_unspecific_windows("WindowsGuest"));
  CHECK_FALSE(is_unspecific_windows("windows9Guest"));
  CHECK_FALSE(is_unspecific_windows({}));
}

TEST_CASE("guest ids have the names people know") {
  struct {
    const char *id, *name;
  } const table[] = {
      {"windows2022srvNext_64Guest", "Windows Server 2025"},
      {"windows2019srvNext_64Guest", "Windows Server 2022"},
      {"windows2019srv_64Guest", "Windows Server 2019"},
      {"WINDOWS2019SRV_64GUEST", "Windows Server 2019"},
      {"windows9Server64Guest", "Windows Server 2016 or later"},
      {"windows8Server64Guest", "Windows Server 2012 or 2012 R2"},
      {"windows7Server64Guest", "Windows Server 2008 R2"},
      {"winNetBusinessGuest", "Windows Server 2003"},
      {"windows9_64Guest", "Windows 10"},
      {"windowsGuest", "Windows, version unknown"},
      {"windows2031srv_64Guest", ""},
      {"ubuntu64Guest", ""},
      {"", ""},
  };
  for (const auto& row : table) {
    CAPTURE(row.id);
    CHECK(product_name(row.id) == row.name);
  }
}
