#include "os/log.hpp"

#include "base/text.hpp"
#include "json/json_writer.hpp"
#include "os/datagram.hpp"
#include "os/terminal.hpp"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/sink.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>

namespace ovhl::os {

namespace {

// syslog(3)'s numbers.
int priority(level l) noexcept {
  switch (l) {
  case level::debug: return 7;
  case level::info: return 6;
  case level::warning: return 4;
  case level::error: return 3;
  }
  return 6;
}

std::string_view colour(level l) noexcept {
  switch (l) {
  case level::debug: return "\x1b[2m";
  case level::info: return "";
  case level::warning: return "\x1b[33m";
  case level::error: return "\x1b[31m";
  }
  return "";
}

std::string local_time_of_day(instant at) {
  const time_t seconds = std::chrono::system_clock::to_time_t(at);
  tm local{};
  localtime_r(&seconds, &local);
  return fmt::format("{:02}:{:02}:{:02}", local.tm_hour, local.tm_min, local.tm_sec);
}

// A name that journald accepts: A-Z, 0-9 and _, the first a letter, at most 64 characters. It
// silently drops fields with other names.
std::string journal_name(std::string_view name) {
  std::string out;
  for (char c : name) {
    const bool small = c >= 'a' && c <= 'z';
    const bool fits = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (small) c = static_cast<char>(c - 'a' + 'A');
    out += small || fits ? c : '_';
  }
  if (out.empty() || out.front() < 'A' || out.front() > 'Z') out.insert(0, "F_");
  return out.substr(0, 64);
}

constexpr const char* journal_socket = "/run/systemd/journal/socket";

void write_line(int fd, std::string line) {
  line += '\n';
  // A failure cannot be reported anywhere. A line is short enough to be written whole to a file,
  // pipe or terminal that has room.
  while (write(fd, line.data(), line.size()) < 0 && errno == EINTR) {
  }
}

bool journal_is_there() { return access(journal_socket, W_OK) == 0; }

log_format resolved(log_format format, int fd) {
  if (format == log_format::automatic && connected_to_journal(fd)) format = log_format::journal;
  if (format == log_format::journal && journal_is_there()) return format;
  return format == log_format::json ? format : log_format::text;
}

spdlog::level::level_enum to_spdlog(level l) noexcept {
  switch (l) {
  case level::debug: return spdlog::level::debug;
  case level::info: return spdlog::level::info;
  case level::warning: return spdlog::level::warn;
  case level::error: return spdlog::level::err;
  }
  return spdlog::level::info;
}

level from_spdlog(spdlog::level::level_enum l) noexcept {
  if (l <= spdlog::level::debug) return level::debug;
  if (l == spdlog::level::info) return level::info;
  return l == spdlog::level::warn ? level::warning : level::error;
}

// The fields of the event being logged. A message of spdlog has none, but the sinks of a
// synchronous logger run inside the call that logs.
thread_local std::span<const field> current_fields;

struct fields_in_scope {
  explicit fields_in_scope(std::span<const field> fields) { current_fields = fields; }
  ~fields_in_scope() { current_fields = {}; }
  fields_in_scope(const fields_in_scope&) = delete;
  fields_in_scope& operator=(const fields_in_scope&) = delete;
};

// A sink that writes whole events, with their fields; spdlog formats nothing.
class event_sink : public spdlog::sinks::sink {
 public:
  void log(const spdlog::details::log_msg& m) final {
    write({std::chrono::time_point_cast<std::chrono::seconds>(m.time),
           from_spdlog(m.level),
           {m.payload.data(), m.payload.size()},
           current_fields});
  }
  void flush() final {}
  void set_pattern(const std::string&) final {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) final {}

 private:
  virtual void write(const event&) = 0;
};

class text_sink : public event_sink {
 public:
  text_sink(int fd, const terminal& t) : fd_(fd), terminal_(t) {}

 protected:
  void write(const event& e) override { write_line(fd_, text_line(e, terminal_)); }

 private:
  int fd_;
  terminal terminal_;
};

class json_sink final : public event_sink {
 public:
  explicit json_sink(int fd) : fd_(fd) {}

 private:
  void write(const event& e) override { write_line(fd_, json_line(e)); }

  int fd_;
};

class journal_sink final : public text_sink { // as text where the journal does not take the event
 public:
  using text_sink::text_sink;

 private:
  void write(const event& e) override {
    if (!send_datagram(journal_socket, journal_datagram(journal_fields(e)))) text_sink::write(e);
  }
};

spdlog::sink_ptr sink_for(log_format format, int fd, const terminal& t) {
  switch (resolved(format, fd)) {
  case log_format::journal: return std::make_shared<journal_sink>(fd, t);
  case log_format::json: return std::make_shared<json_sink>(fd);
  default: return std::make_shared<text_sink>(fd, t);
  }
}

} // namespace

std::string_view name(level l) noexcept {
  switch (l) {
  case level::debug: return "debug";
  case level::info: return "info";
  case level::warning: return "warning";
  case level::error: return "error";
  }
  return "?";
}

std::string text_line(const event& e, const terminal& t) {
  const std::string time = t.tty ? local_time_of_day(e.at) : timestamp(e.at);
  const bool coloured = t.colour && !colour(e.level).empty();
  return fmt::format("{} {}{:<5}{} {}", time, coloured ? colour(e.level) : "", name(e.level),
                     coloured ? "\x1b[0m" : "", printable(e.message));
}

std::string json_line(const event& e) {
  std::string line;
  json_writer json(line);
  json.begin_object();
  json.member("time", timestamp(e.at)).member("level", name(e.level)).member("message", e.message);
  for (const field& f : e.fields)
    json.member(lowered(f.name), f.value);
  json.end_object();
  return line;
}

std::vector<std::string> journal_fields(const event& e) {
  std::vector<std::string> fields;
  fields.reserve(3 + e.fields.size());
  fields.push_back("MESSAGE=" +
                   printable(e.message)); // journalctl shows anything else as "[blob data]"
  fields.push_back(fmt::format("PRIORITY={}", priority(e.level)));
  fields.emplace_back("SYSLOG_IDENTIFIER=ovh-licensed");
  for (const field& f : e.fields)
    fields.push_back(journal_name(f.name) + "=" + f.value);
  return fields;
}

std::string journal_datagram(std::span<const std::string> fields) {
  std::string out;
  for (const std::string& f : fields) {
    const std::size_t equals = f.find('=');
    const std::string_view value = std::string_view(f).substr(equals + 1);
    if (value.find('\n') == std::string_view::npos) {
      out += f;
    } else {
      out.append(f, 0, equals) += '\n';
      for (unsigned byte = 0; byte < 8; ++byte)
        out += static_cast<char>((std::uint64_t{value.size()} >> (8 * byte)) & 0xFF);
      out += value;
    }
    out += '\n';
  }
  return out;
}

bool connected_to_journal(int fd) {
  const char* const stream = std::getenv("JOURNAL_STREAM");
  struct stat file{};
  if (stream == nullptr || fstat(fd, &file) != 0) return false;
  return fmt::format("{}:{}", file.st_dev, file.st_ino) == stream;
}

log::log(log_format format, level lowest, int fd)
    : fd_(fd), terminal_(detect_terminal(fd)), logger_(std::make_unique<spdlog::logger>("")) {
  logger_->set_error_handler([](const std::string&) {}); // or spdlog writes to stderr on its own
  set(format, lowest);
}

log::~log() = default;

void log::set(log_format format, level lowest) {
  logger_->sinks() = {sink_for(format, fd_, terminal_)};
  logger_->set_level(to_spdlog(lowest));
}

void log::operator()(level l, std::string_view message, std::initializer_list<field> fields) const {
  const fields_in_scope scope({fields.begin(), fields.size()});
  logger_->log(std::chrono::system_clock::now(), {}, to_spdlog(l),
               spdlog::string_view_t(message.data(), message.size()));
}

} // namespace ovhl::os
