// One datagram to a Unix socket: all that sd_notify(3) and the journal's native protocol need. Both
// are documented as stable, and speaking them ourselves saves a process that mostly sleeps the
// megabyte that libsystemd and its compressors would take.
#pragma once

#include <string_view>

namespace ovhl::os {

// `address` is a path, or an abstract name after '@'. False: nobody received it.
bool send_datagram(std::string_view address, std::string_view content) noexcept;

} // namespace ovhl::os
