#include "config/document.hpp"

#include "base/file_error.hpp"
#include "base/read_file.hpp"

#include <cerrno>

namespace ovhl::config {

namespace {

constexpr std::size_t size_limit = std::size_t{1024} * 1024;
constexpr std::string_view too_large = "the file is larger than 1 MiB";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

} // namespace

file_text read_text(const std::filesystem::path& file) {
  auto text = read_file(file, size_limit);
  if (text) return {std::move(*text), {}};
  const auto [why, code] = text.error();
  if (why == unread_file::cause::too_large) return {{}, std::string(too_large)};
  if (why == unread_file::cause::not_regular)
    return {{}, "cannot be read: it is not a regular file"};
  return {{}, "cannot be read: " + (code == EISDIR ? "it is a directory" : errno_text(code))};
}

diagnostics read_document(std::string_view text, const std::filesystem::path& file,
                          const reader& root) {
  report r;
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (text.size() > size_limit) {
    r.mistake({}, std::string(too_large));
    return std::move(r).found({}, file);
  }
  const yaml y = parse_yaml(text);
  if (y.wrong)
    r.mistake(*y.wrong, y.why);
  else if (y.root.what == node::kind::null)
    r.mistake({}, "the file is empty");
  else
    root(r, y.root, "the file");
  return std::move(r).found(text, file);
}

} // namespace ovhl::config
