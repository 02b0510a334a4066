// Says if a filter names something that does not exist, because it is probably misspelled.
#pragma once

#include "publish/row_filter.hpp"
#include "publish/status_text.hpp"

#include <string>

namespace ovhl::publish {

// "no VM of service 'pcc-x'; there are: pcc-1, pcc-2", or nothing.
std::string unmatched(const status_view&, const row_filter&);

} // namespace ovhl::publish
