#include "base/file_error.hpp"

#include "base/wrong.hpp"

#include <cerrno>
#include <system_error>

namespace ovhl {

namespace {

std::string advice_for(int code, const file_advice& all) {
  switch (code) {
  case ENOENT: return all.missing;
  case ENOTDIR: return all.not_a_directory;
  case EISDIR: return all.is_a_directory;
  case EACCES:
  case EPERM: return all.forbidden;
  case EROFS: return all.read_only;
  case ENOSPC:
  case EDQUOT:
  case EFBIG: return all.full;
  default: return {};
  }
}

} // namespace

std::string errno_text(int code) { return std::generic_category().message(code); }

error file_error(const std::filesystem::path& file, std::string_view what, int code,
                 const file_advice& advice) {
  return wrong(file.string(), std::string(what) + errno_text(code), advice_for(code, advice));
}

} // namespace ovhl
