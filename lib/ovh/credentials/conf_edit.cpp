#include "ovh/credentials/conf_edit.hpp"

#include "base/text.hpp"
#include "base/wrong.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace ovhl::ovh {

namespace {

struct setting {
  std::string_view key, value;
  bool written = false;
};

struct line {
  std::string_view text, ending; // "\n", "\r\n" or, of the last, nothing
};

std::vector<line> lines_of(std::string_view text) {
  std::vector<line> out;
  while (!text.empty()) {
    const auto at = text.find('\n');
    const std::size_t whole = at == std::string_view::npos ? text.size() : at + 1;
    std::string_view piece = text.substr(0, whole), ending;
    if (at != std::string_view::npos) {
      ending = piece.substr(at > 0 && piece[at - 1] == '\r' ? at - 1 : at);
      piece.remove_suffix(ending.size());
    }
    out.push_back({piece, ending});
    text.remove_prefix(whole);
  }
  return out;
}

std::string_view ending_of(const std::vector<line>& lines) {
  return lines.empty() || lines.front().ending.empty() ? "\n" : lines.front().ending;
}

// As parse_ini() reads a line: nothing for comments and blanks.
bool is_header(std::string_view trimmed_line) { return trimmed_line.front() == '['; }
std::string_view section_of(std::string_view header) {
  return trimmed(header.substr(1, header.size() - 2));
}

// Where the line after the last key of the section's first block stands; npos: no such section.
std::size_t place_for_new(const std::vector<line>& lines, std::string_view section) {
  std::size_t at = std::string_view::npos;
  bool inside = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view words = trimmed(lines[i].text);
    if (words.empty() || words.front() == '#' || words.front() == ';') continue;
    if (is_header(words)) {
      if (at != std::string_view::npos) return at;
      inside = section_of(words) == section;
    }
    if (inside) at = i + 1;
  }
  return at;
}

class editor {
 public:
  editor(std::string_view section, const application_credentials& keys)
      : section_(section),
        settings_{{{"application_key", keys.application_key},
                   {"application_secret", keys.application_secret.reveal()},
                   {"consumer_key", keys.consumer_key.reveal()}}} {}

  std::string edited(std::string_view text) {
    // Never grown: that would leave copies behind.
    std::size_t room = text.size() + section_.size() + 128;
    for (const setting& s : settings_)
      room += s.key.size() + s.value.size() + 8;
    out_.reserve(room);

    constexpr std::string_view mark = "\xEF\xBB\xBF"; // as Windows editors begin a file
    if (text.starts_with(mark)) {
      out_.append(mark);
      text.remove_prefix(mark.size());
    }
    const std::vector<line> lines = lines_of(text);
    ending_ = ending_of(lines);
    find_present(lines);
    const std::size_t place = place_for_new(lines, section_);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (i == place) add_missing();
      copy(lines[i]);
    }
    if (place == lines.size()) add_missing();
    if (place == std::string_view::npos) add_section(lines);
    return std::move(out_);
  }

 private:
  setting* setting_at(std::string_view words) {
    const std::string key = lowered(trimmed(words.substr(0, words.find_first_of("=:"))));
    const auto found =
        std::find_if(settings_.begin(), settings_.end(), [&](auto& s) { return s.key == key; });
    return found == settings_.end() ? nullptr : &*found;
  }

  // Calls for each key of ours that stands in the section already.
  template <class Found>
  void follow(const line& l, Found found) {
    const std::string_view words = trimmed(l.text);
    if (words.empty() || words.front() == '#' || words.front() == ';') return;
    if (is_header(words))
      inside_ = section_of(words) == section_;
    else if (setting* const s = inside_ ? setting_at(words) : nullptr)
      found(*s);
  }

  void find_present(const std::vector<line>& lines) {
    for (const line& l : lines)
      follow(l, [](setting& s) { s.written = true; });
    inside_ = false;
  }

  void copy(const line& l) {
    bool done = false;
    follow(l, [&](const setting& s) {
      std::size_t value = l.text.find_first_of("=:") + 1;
      while (value < l.text.size() && (l.text[value] == ' ' || l.text[value] == '\t'))
        ++value;
      out_.append(l.text.substr(0, value)).append(s.value);
      done = true;
    });
    if (!done) out_.append(l.text);
    out_.append(l.ending);
  }

  void begin_line() {
    if (!out_.empty() && out_.back() != '\n') out_.append(ending_);
  }

  void add_missing() {
    for (const setting& s : settings_) {
      if (s.written) continue;
      begin_line();
      out_.append(s.key).append("=").append(s.value).append(ending_);
    }
  }

  void add_section(const std::vector<line>& lines) {
    begin_line();
    if (!lines.empty() && !trimmed(lines.back().text).empty()) out_.append(ending_);
    out_.append("[").append(section_).append("]").append(ending_);
    add_missing();
  }

  std::string_view section_, ending_;
  std::array<setting, 3> settings_;
  std::string out_;
  bool inside_ = false;
};

} // namespace

const std::string_view conf_head =
    "# Credentials for the OVHcloud API, as all OVHcloud tools read them.\n# They are secrets: "
    "only the owner may read this file (mode 0600).\n";

result<void> can_take_keys(const ini& file, std::string_view file_name, std::string_view section) {
  const auto found = file.sections.find(section);
  if (found == file.sections.end()) return {};
  for (const char* other : {"client_id", "client_secret", "access_token"}) {
    const auto value = found->second.find(other);
    if (value == found->second.end() || value->second.empty()) continue;
    const bool oauth2 = std::string_view(other) != "access_token";
    return wrong(std::string(file_name),
                 fmt::format("[{}] has {}, and needs no consumer key", printable(section),
                             oauth2 ? "an OAuth2 service account (client_id, client_secret)"
                                    : "an access token"),
                 oauth2 ? "an IAM policy sets its rights: see docs/credentials.md, and run "
                          "'ovh-licensed check --online'"
                        : "remove access_token from it to log in instead");
  }
  return {};
}

result<std::string> with_keys(std::string_view text, std::string_view file_name,
                              std::string_view section, const application_credentials& keys) {
  const auto parsed = parse_ini(text, file_name);
  if (!parsed) return parsed.error();
  if (auto can = can_take_keys(*parsed, file_name, section); !can) return can.error();
  return editor(section, keys).edited(text);
}

} // namespace ovhl::ovh
