#include "simulator/listing.hpp"

#include "simulator/types.hpp"

#include <fmt/format.h>

namespace ovhl::sim {

namespace {

constexpr std::size_t default_size = 1000;
constexpr std::int64_t largest = 1'000'000;

std::size_t count_in(const call& c, std::string_view header, std::size_t otherwise) {
  const auto written = c.asked.header(header);
  if (written.empty()) return otherwise;
  const auto number = parse_long(written);
  if (!number || *number < 1 || *number > largest)
    throw refusal{400, "Client::BadRequest", fmt::format("Invalid header {}", header)};
  return static_cast<std::size_t>(*number);
}

} // namespace

std::optional<page> wanted_page(const call& c) {
  const auto mode = c.asked.header("x-pagination-mode");
  if (mode.empty() || !c.paged) return std::nullopt;
  if (mode != "CachedObjectList-Pages")
    throw refusal{400, "Client::BadRequest", "Invalid header x-pagination-mode"};
  page wanted{.size = count_in(c, "x-pagination-size", default_size),
              .number = count_in(c, "x-pagination-number", 1)};
  if (const auto cap = c.w.behaviour.page_cap; cap != 0) wanted.size = std::min(wanted.size, cap);
  return wanted;
}

} // namespace ovhl::sim
