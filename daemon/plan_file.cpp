#include "plan_file.hpp"

#include "base/digest.hpp"
#include "base/file_error.hpp"
#include "base/read_file.hpp"
#include "base/wrong.hpp"
#include "publish/plan_file.hpp"

#include <fmt/format.h>

#include <utility>

namespace ovhl {

namespace {

error unreadable(const std::filesystem::path& file, const unread_file& found) {
  constexpr const char* make_one = "make one with `ovh-licensed plan --out`";
  switch (found.why) {
  case unread_file::cause::not_regular: return wrong(file.string(), "not a regular file", make_one);
  case unread_file::cause::too_large:
    return wrong(file.string(),
                 fmt::format("not an ovh-licensed plan: it is larger than {} MiB",
                             publish::largest_plan >> 20U),
                 make_one);
  case unread_file::cause::failed: break;
  }
  error e = file_error(file, "cannot be read: ", found.code, {.forbidden = "use sudo"});
  if (e.advice.empty()) e.advice = make_one;
  return e;
}

} // namespace

result<plan_file> read_plan_file(const std::filesystem::path& file) {
  auto text = read_file(file, publish::largest_plan);
  if (!text) return unreadable(file, text.error());
  std::string digest = sha256(*text);
  return plan_file{std::move(*text), std::move(digest)};
}

} // namespace ovhl
