#include "config/paths.hpp"

#include "base/ledger_files.hpp"
#include "base/same_file.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

namespace ovhl::config {

namespace {

namespace fs = std::filesystem;
using use = named_path::use;

// Collects the named files; their positions only if there is a root.
class collection {
 public:
  collection(const settings& s, const node* root) : settings_(s), root_(root) {}

  std::vector<named_path> all() {
    add("this file", settings_.file, use::read);
    add("'policy'", settings_.policy, use::read, {"policy"});
    const node* const accounts = find(root_, "accounts");
    for (std::size_t i = 0; i < settings_.accounts.size(); ++i)
      add(settings_.accounts[i],
          accounts != nullptr && i < accounts->items.size() ? &accounts->items[i] : nullptr);
    add_shared();
    add_ledger(settings_.ledger, "'ledger'", {"ledger"});
    add("'status.file'", settings_.status.file, use::written, {"status", "file"});
    if (settings_.status.prometheus)
      add("'status.prometheus'", *settings_.status.prometheus, use::written,
          {"status", "prometheus"});
    constexpr std::string_view socket = "unix:";
    if (settings_.http.starts_with(socket))
      add("'http'", settings_.http.substr(socket.size()), use::written, {"http"});
    return std::move(all_);
  }

  void add_ledger(const fs::path& ledger, const std::string& name,
                  std::initializer_list<const char*> key) {
    add(name, ledger, use::written, key);
    all_.back().of_ledger = true;
    for (const char* suffix : ledger_companions) {
      add(fmt::format("the {} of {}", suffix, name), beside(ledger, suffix), use::written, key);
      all_.back().of_ledger = true;
    }
  }
  std::vector<named_path> taken() { return std::move(all_); }

 private:
  static const node* find(const node* map, const char* key) {
    return map == nullptr ? nullptr : map->find(key);
  }

  void add(std::string name, fs::path path, use how, std::initializer_list<const char*> key = {}) {
    const node* value = key.size() == 0 ? nullptr : root_;
    for (const char* part : key)
      value = find(value, part);
    all_.push_back({std::move(name), std::move(path), how, false, {}});
    if (value != nullptr) all_.back().at = value->at;
  }

  void add(const account& a, const node* map) {
    const auto one = [&](const char* key, const std::optional<fs::path>& path, use how) {
      if (!path) return;
      add(fmt::format("'{}' of account {}", key, printable(a.name)), *path, how);
      if (const node* const value = find(map, key)) all_.back().at = value->at;
    };
    one("credentials_file", a.credentials_file, use::credentials);
    one("ca_file", a.ca_file, use::read);
  }

  // The places where credentials are looked for.
  void add_shared() {
    std::vector<fs::path> shared{"/etc/ovh.conf", "ovh.conf"};
    if (const char* const systemd = std::getenv("CREDENTIALS_DIRECTORY"); systemd != nullptr)
      shared.push_back(fs::path(systemd) / "ovh.conf");
    if (const char* const home = std::getenv("HOME"); home != nullptr && *home != '\0')
      shared.push_back(fs::path(home) / ".ovh.conf");
    for (const fs::path& path : shared)
      add(fmt::format("the credentials file {}", path.string()), path, use::credentials);
  }

  const settings& settings_;
  const node* root_;
  std::vector<named_path> all_;
};

bool conflict(const named_path& a, const named_path& b) {
  if (a.path.empty() || b.path.empty()) return false; // reported as another mistake
  return (a.how == use::written || b.how == use::written) && !(a.of_ledger && b.of_ledger);
}

} // namespace

std::optional<named_path> named_so(const settings& s, const fs::path& path) {
  const file_identity wanted = identity_of(path);
  for (named_path& known : collection(s, nullptr).all())
    if (identity_of(known.path) == wanted) return std::move(known);
  return std::nullopt;
}

void check_paths(report& r, const node& root, const settings& s) {
  const std::vector<named_path> all = collection(s, &root).all();
  std::vector<file_identity> files;
  files.reserve(all.size());
  for (const named_path& one : all)
    files.push_back(identity_of(one.path));
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (conflict(all[i], all[k]) && files[i] == files[k])
        r.mistake(all[i].at.value_or(all[k].at.value_or(root.at)),
                  fmt::format("{} and {} are the same file; choose another one", all[i].name,
                              all[k].name));
}

std::optional<named_path> meets(const settings& s, const fs::path& ledger_in_use) {
  collection in_use(s, nullptr);
  in_use.add_ledger(ledger_in_use, "the ledger", {});
  const std::vector<named_path> theirs = in_use.taken();
  for (named_path& one : collection(s, nullptr).all())
    for (const named_path& its : theirs)
      if (conflict(one, its) && identity_of(one.path) == identity_of(its.path))
        return std::move(one);
  return std::nullopt;
}

} // namespace ovhl::config
