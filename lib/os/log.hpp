// What the daemon says while it runs: an event is a level, a sentence and fields. Under systemd the fields become journal fields, with
// `format: json` keys, on a terminal the sentence alone.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace ovhl::os {

enum class level : std::uint8_t { debug, info, warning, error };
enum class log_format : std::uint8_t { automatic, journal, text, json };

struct field {
  std::string_view name; // upper case, as journald wants it: "VM_ID"; in JSON it is lower case
  std::string value;
};

class log {
public:
  // `automatic`: the journal when stderr is connected to it ($JOURNAL_STREAM), else text.
  log(log_format, level lowest);

  void operator()(level, std::string_view message, std::initializer_list<field> fields = {}) const;
  void set(log_format, level lowest); // after a reload

private:
  log_format format_;
  level lowest_;
};

} // namespace ovhl::os
