#include "plan_file.hpp"

#include "base/digest.hpp"
#include "base/wrong.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fstream>

namespace ovhl {

result<plan_file> read_plan_file(const std::filesystem::path& file) {
  constexpr std::size_t enough = std::size_t(129) << 20U;
  std::ifstream in(file, std::ios::binary);
  std::string text;
  for (std::string piece(std::size_t(1) << 20U, '\0'); in && text.size() < enough;) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    text.append(piece, 0, static_cast<std::size_t>(in.gcount()));
  }
  if (!in.is_open() || in.bad())
    return wrong(file.string(), fmt::format("cannot be read: {}", std::strerror(errno)),
                 "make one with `ovh-licensed plan --out`");
  std::string digest = sha256(text);
  return plan_file{std::move(text), std::move(digest)};
}

} // namespace ovhl
