// The daemon's log: an event is a level, a sentence and fields. The journal gets them as journal
// fields, `format: json` as keys; a text line has the sentence only. It is implemented by spdlog
// with sinks of ours (log.cpp).
#pragma once

#include "base/terminal.hpp"
#include "base/timestamp.hpp"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spdlog {
class logger;
}

namespace ovhl::os {

enum class level : std::uint8_t { debug, info, warning, error };
std::string_view name(level) noexcept;

enum class log_format : std::uint8_t { automatic, journal, text, json };

struct field {
  std::string_view name; // upper case, as journald wants it: "VM_ID"; in JSON it is lower case
  std::string value;
};

class log {
 public:
  // `automatic`: the journal when `fd` is connected to it ($JOURNAL_STREAM), else text. Lines go to
  // `fd`, each in one write().
  log(log_format, level lowest, int fd = 2);
  ~log();

  void operator()(level, std::string_view message, std::initializer_list<field> fields = {}) const;
  void set(log_format, level lowest); // after a reload

 private:
  int fd_;
  terminal terminal_;
  std::unique_ptr<spdlog::logger> logger_; // synchronous, with the one sink of the format
};

// ---- the formats of an event ----

struct event {
  instant at{};
  os::level level{};
  std::string_view message;
  std::span<const field> fields;
};

// "2026-11-20T21:48:00Z info  message"; a terminal shows the local time of day, and warnings and
// errors in colour.
std::string text_line(const event&, const terminal&);
// {"time": "…", "level": "info", "message": "…", "vm_id": "1074"}
std::string json_line(const event&);
// "MESSAGE=…", "PRIORITY=6", …; a value may hold anything.
std::vector<std::string> journal_fields(const event&);
// Fields in the journal's native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL).
std::string journal_datagram(std::span<const std::string> fields);

// Whether `fd` is the stream that $JOURNAL_STREAM names.
bool connected_to_journal(int fd);

} // namespace ovhl::os
