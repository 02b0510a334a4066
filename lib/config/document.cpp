
#include "config/document.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

namespace ovhl::config {

namespace {

constexpr std::size_t size_limit = std::size_t{1024} * 1024;
constexpr std::string_view too_large = "the file is larger than 1 MiB";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

} // namespace

file_text read_text(const std::filesystem::path& file) {
  const auto failed = [](const std::error_code& why) {
    return file_text{{}, fmt::format("cannot be read: {}", why.message())};
  };
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (status.type() == std::filesystem::file_type::directory)
    return {{}, "cannot be read: it is a directory"};
  if (error) return failed(error);
  if (!std::filesystem::is_regular_file(status))
    return {{}, "cannot be read: it is not a regular file"};

  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in) return failed({errno, std::generic_category()});
  file_text read;
  std::array<char, std::size_t{16} * 1024> block{};
  while (in.read(block.data(), block.size()), in.gcount() > 0) {
    read.text.append(block.data(), static_cast<std::size_t>(in.gcount()));
    if (read.text.size() > size_limit) return {{}, std::string(too_large)};
  }
  if (in.bad()) return failed({errno, std::generic_category()});
  return read;
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
