// Collects what is wrong in one file, wherever its readers find it.
#pragma once

#include "config/diagnostic.hpp"
#include "config/yaml.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::config {

struct diagnostics {
  std::vector<diagnostic> errors, warnings;
};

// Collects the mistakes and warnings about one file, in any order.
class report {
 public:
  void mistake(const position& at, std::string message);
  void warning(const position& at, std::string message);
  // "'interval' must be a duration, not 'soon'"
  void expected(const node& n, std::string_view what, std::string_view wanted,
                std::string_view more = {});

  // There are so many mistakes that nobody would read more: the readers stop.
  bool full() const noexcept;

  // Returns them sorted by position, each once, with their lines of `text`.
  diagnostics found(std::string_view text, const std::filesystem::path& file) &&;

 private:
  using by_place =
      std::multimap<position, diagnostic>; // at the same place in the order of reporting
  static std::vector<diagnostic> finished(by_place, const std::vector<std::string_view>& lines,
                                          const std::string& file);

  by_place errors_, warnings_;
};

} // namespace ovhl::config
