// What a process that holds secrets does for them.
#pragma once

namespace ovhl::os {

// No core file, and no other process of the same user may read this one's memory.
void forbid_core_dumps() noexcept;

} // namespace ovhl::os
