// The tables of causes and rows of a status, and the rows as CSV.
#pragma once

#include "publish/render.hpp"
#include "publish/row_filter.hpp"
#include "publish/status_text.hpp"

namespace ovhl::publish {

void append_causes(std::string& out, const status_view&, const row_filter&, const terminal&,
                   instant now);
void append_rows(std::string& out, const status_view&, const row_filter&, const place_names&,
                 const terminal&, instant now);

} // namespace ovhl::publish
