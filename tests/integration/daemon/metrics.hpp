// Prometheus' text format, read as far as tests ask.
#pragma once

#include "stage.hpp"

#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ovhl::test {

class metrics {
 public:
  explicit metrics(std::string_view all) {
    for (const std::string& line : lines(all)) {
      if (line.starts_with('#')) continue;
      const auto blank = line.rfind(' ');
      values_[line.substr(0, blank)] = std::strtod(line.c_str() + blank, nullptr);
    }
  }

  double value(const std::string& series) const {
    const auto found = values_.find(series);
    if (found == values_.end()) throw std::runtime_error("no metric " + series);
    return found->second;
  }
  // Of all series of that name with this among their labels.
  double sum(std::string_view name, std::string_view label) const {
    double all = 0;
    for (const auto& [series, one] : values_)
      if (series.starts_with(std::string(name) + "{") && contains(series, label)) all += one;
    return all;
  }
  std::size_t series(std::string_view name, std::string_view label) const {
    std::size_t n = 0;
    for (const auto& [text, one] : values_)
      n += std::size_t{text.starts_with(std::string(name) + "{") && contains(text, label)};
    return n;
  }

 private:
  std::map<std::string, double> values_;
};

} // namespace ovhl::test
