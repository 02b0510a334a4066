#include "support/listening_pipe.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <sstream>
#include <system_error>

namespace ovhl::test {

listening_pipe::listening_pipe() {
  if (::pipe2(ends_.data(), O_CLOEXEC | O_NONBLOCK) != 0)
    throw std::system_error(errno, std::generic_category(), "pipe");
}

listening_pipe::~listening_pipe() {
  ::close(ends_[0]);
  ::close(ends_[1]);
}

std::string listening_pipe::heard() const {
  std::string text(65536, '\0');
  const auto count = ::read(ends_[0], text.data(), text.size());
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return text;
}

std::vector<std::string> listening_pipe::lines_heard() const {
  std::vector<std::string> lines;
  std::istringstream in(heard());
  for (std::string line; std::getline(in, line);)
    lines.push_back(line.substr(line.find(' ') + 1));
  return lines;
}

} // namespace ovhl::test
