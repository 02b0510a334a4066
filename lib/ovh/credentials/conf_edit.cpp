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

using lines = std::vector<ini_line>;

std::string_view ending_of(const lines& all) {
  return all.empty() || all.front().line_end.empty() ? "\n" : all.front().line_end;
}

// The position after the last key of the section's first block; npos: no such section.
std::size_t place_for_new(const lines& all, std::string_view section) {
  std::size_t at = std::string_view::npos;
  bool inside = false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].what == ini_line::kind::blank) continue;
    if (all[i].what == ini_line::kind::section) {
      if (at != std::string_view::npos) return at;
      inside = all[i].name == section;
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
    // Reserved in advance, because growing would leave copies of secrets behind.
    std::size_t room = text.size() + section_.size() + 128;
    for (const setting& s : settings_)
      room += s.key.size() + s.value.size() + 8;
    out_.reserve(room);

    if (const std::string_view whole = text; skip_mark(text))
      out_.append(whole.substr(0, whole.size() - text.size()));
    const lines all = ini_lines(text);
    ending_ = ending_of(all);
    find_present(all);
    const std::size_t place = place_for_new(all, section_);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i == place) add_missing();
      copy(all[i]);
    }
    if (place == all.size()) add_missing();
    if (place == std::string_view::npos) add_section(all);
    return std::move(out_);
  }

 private:
  // The setting that this line of the section holds, if it is one of ours.
  setting* setting_in(const ini_line& l) {
    if (l.what == ini_line::kind::section) inside_ = l.name == section_;
    if (l.what != ini_line::kind::key || !inside_) return nullptr;
    const auto found = std::ranges::find(settings_, lowered(l.name), &setting::key);
    return found == settings_.end() ? nullptr : &*found;
  }

  void find_present(const lines& all) {
    for (const ini_line& l : all)
      if (setting* const s = setting_in(l)) s->written = true;
    inside_ = false;
  }

  void copy(const ini_line& l) {
    if (const setting* const s = setting_in(l))
      out_.append(l.before).append(s->value);
    else
      out_.append(l.text);
    out_.append(l.line_end);
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

  void add_section(const lines& all) {
    begin_line();
    if (!all.empty() && !trimmed(all.back().text).empty()) out_.append(ending_);
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
