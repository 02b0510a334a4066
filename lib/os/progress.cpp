#include "os/progress.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace ovhl::os {

namespace {

constexpr std::chrono::seconds patience(2);
constexpr std::chrono::milliseconds between_drawings(100);

std::string time_left(std::chrono::milliseconds elapsed, std::size_t done, std::size_t total) {
  const double share = static_cast<double>(total - done) / static_cast<double>(done);
  const auto left =
      static_cast<std::int64_t>(static_cast<double>(elapsed.count()) * share / 1000.0) + 1;
  if (left < 60) return fmt::format("{} s left", left);
  if (left < 3600) return fmt::format("{} min {:02} s left", left / 60, left % 60);
  return fmt::format("{} h {:02} min left", left / 3600, left % 3600 / 60);
}

} // namespace

std::string progress_line(std::string_view doing, std::size_t done, std::size_t total,
                          std::chrono::milliseconds elapsed, std::size_t width) {
  std::string line(doing);
  if (total == 0 && done > 0) line += fmt::format(": {}", grouped(done));
  if (total > 0) {
    const std::size_t counted = std::min(done, total);
    line +=
        fmt::format(": {} of {}, {} %", grouped(counted), grouped(total), counted * 100 / total);
    if (counted > 0 && counted < total) line += ", " + time_left(elapsed, counted, total);
  }
  return fitted(line, width);
}

progress::progress(terminal t, std::string doing, time_point start, int fd)
    : terminal_(t), doing_(std::move(doing)), start_(start), next_(start + patience), fd_(fd) {}

void progress::update(std::size_t done, std::size_t total, time_point now) {
  if (!terminal_.tty || now < next_) return;
  next_ = now + between_drawings;
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - start_);
  // A terminal goes to its next line when the last column is written, and could not come back.
  draw(progress_line(doing_, done, total, elapsed, terminal_.width - 1));
}

void progress::say(std::string_view line, time_point now) {
  if (!terminal_.tty || now < next_) return;
  next_ = now + between_drawings;
  draw(fitted(line, terminal_.width - 1));
}

void progress::clear() {
  if (drawn_ > 0) draw("");
}

// Overwrites the rest of the previous line with blanks, which works on every terminal.
void progress::draw(std::string_view line) {
  const std::size_t taken = columns(line);
  std::string out = "\r" + std::string(line);
  if (taken < drawn_) out.append(drawn_ - taken, ' ');
  if (taken == 0) out += '\r';
  drawn_ = taken;
  [[maybe_unused]] const auto written = write(fd_, out.data(), out.size());
}

} // namespace ovhl::os
