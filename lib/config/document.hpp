// A whole file: its text, read by a reader, as a checked value.
#pragma once

#include "config/reader.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace ovhl::config {

// The text of a small file, or why it cannot be read.
struct file_text {
  std::string text;
  std::string problem;
};
file_text read_text(const std::filesystem::path& file);

diagnostics read_document(std::string_view text, const std::filesystem::path& file,
                          const reader& root);

// Joins a value and what was found; the value is dropped if there are errors.
template <class T>
checked<T> conclude(T value, diagnostics found) {
  checked<T> c;
  if (found.errors.empty()) c.value = std::move(value);
  c.errors = std::move(found.errors);
  c.warnings = std::move(found.warnings);
  return c;
}

template <class T, class Parse>
checked<T> read_with(Parse parse, const std::filesystem::path& file) {
  const file_text f = read_text(file);
  if (f.problem.empty()) return parse(f.text, file);
  checked<T> c;
  c.errors.push_back({file.string(), 0, 0, f.problem, {}});
  return c;
}

} // namespace ovhl::config
