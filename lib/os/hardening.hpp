// How a process protects the secrets that it holds.
#pragma once

namespace ovhl::os {

// No core file, and no other process of the same user may read this one's memory.
void forbid_core_dumps() noexcept;

} // namespace ovhl::os
