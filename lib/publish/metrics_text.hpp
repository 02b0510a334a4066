// The snapshot as metrics in the text format of Prometheus. A new metric: its family in the .cpp,
// and its line in docs/metrics.md.
#pragma once

#include "publish/snapshot.hpp"

#include <string>

namespace ovhl::publish {

std::string metrics_text(const snapshot&);

} // namespace ovhl::publish
