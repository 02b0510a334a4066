// Asks the readers of configuration, policy and examples what they take for a key, by giving them a
// file that has it.
#pragma once

#include "reading.hpp"

#include <functional>
#include <optional>
#include <string>

namespace ovhl::test {

using setting = std::optional<std::string>;

struct probe {
  // A file that is right but for what is asked, with this key set to this YAML; no value: without
  // the key.
  std::function<std::string(const std::string& key, const setting& value)> file;
  // The mistakes in such a file, as lines.
  std::function<std::vector<std::string>(const std::string& text)> mistakes;
  // All that defaults decide, in words; of a file that is right.
  std::function<std::string(const std::string& text)> meaning;

  bool takes(const std::string& key, const std::string& value) const {
    return mistakes(file(key, value)).empty();
  }
};

probe of_configuration();
probe of_policy();
probe of_examples();

} // namespace ovhl::test
