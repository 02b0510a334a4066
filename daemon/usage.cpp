#include "usage.hpp"

#include "base/text.hpp"
#include "exit_status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <string_view>
#include <vector>

namespace ovhl {

namespace {

using words_to_offer = std::vector<std::string_view>;

constexpr int fine = static_cast<int>(exit_status::fine);
constexpr int wrong_usage = static_cast<int>(exit_status::wrong);

std::string no_command(const CLI::App& app, const std::string& word) {
  words_to_offer names;
  for (const CLI::App* command : app.get_subcommands(nullptr))
    names.push_back(command->get_name());
  return "unknown command '" + printable(word) + "'" + did_you_mean(word, names);
}

// Options known from other programs, and their equivalents here.
struct elsewhere {
  const char *command, *option, *instead;
};
constexpr elsewhere known_elsewhere[] = {
    {"apply", "--dry-run", "'ovh-licensed plan' shows what is due and changes nothing"},
    {"run", "--once", "'ovh-licensed plan' looks once and changes nothing"},
};

std::string no_option(const CLI::App& app, const CLI::App* command, std::string option) {
  option.resize(std::min(option.find('='), option.size()));
  std::string text = "unknown option '" + printable(option) + "'";
  for (const elsewhere& one : known_elsewhere)
    if (command != nullptr && command->get_name() == one.command && option == one.option)
      return text + "; " + one.instead;
  std::vector<std::string> names;
  const auto gather = [&](const CLI::App& of) {
    for (const CLI::Option* known : of.get_options())
      for (const std::string& name : known->get_lnames())
        names.push_back("--" + name);
  };
  gather(app);
  if (command != nullptr) gather(*command);
  return text + did_you_mean(option, words_to_offer(names.begin(), names.end()));
}

// For an unknown word CLI11 only says that it was not expected.
std::string unknown_word(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  const CLI::App* const command = commands.empty() ? nullptr : commands.front();
  const std::vector<std::string> left = app.remaining(true);
  if (left.empty()) return {};
  for (const std::string& word : left)
    if (word.size() > 1 && word.starts_with('-')) return no_option(app, command, word);
  return command == nullptr ? no_command(app, left.front()) : std::string();
}

// The options of the command, and those that every command takes.
std::vector<const CLI::Option*> options_of(const CLI::App& app, const CLI::App& command) {
  std::vector<const CLI::Option*> all = command.get_options();
  const std::vector<const CLI::Option*> common = app.get_options();
  all.insert(all.end(), common.begin(), common.end());
  return all;
}

// CLI11 only names an option that lacks its value.
std::string without_value(const std::vector<const CLI::Option*>& all, std::string_view said) {
  for (const CLI::Option* one : all)
    if (said.starts_with(one->get_name() + ":"))
      return fmt::format("{} needs a value: {}", one->get_name(), one->get_option_text());
  return std::string(said);
}

std::string missing_word(const CLI::App& command) {
  for (const CLI::Option* one : command.get_options())
    if (one->get_required() && one->count() == 0)
      return fmt::format("{} is missing: {}", one->get_name(), one->get_description());
  return {};
}

std::string in_words(const CLI::App& app, const CLI::ParseError& e) {
  std::string text = unknown_word(app);
  if (!text.empty() || app.get_subcommands().empty()) return text;
  const CLI::App& command = *app.get_subcommands().front();
  if (dynamic_cast<const CLI::ExtrasError*>(&e) != nullptr) {
    const std::vector<std::string> left = app.remaining(true);
    return fmt::format("unexpected argument '{}'",
                       left.empty() ? std::string() : printable(left.front()));
  }
  if (dynamic_cast<const CLI::RequiredError*>(&e) != nullptr) text = missing_word(command);
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&e) != nullptr)
    text = without_value(options_of(app, command), e.what());
  return text.empty() ? e.what() : text;
}

} // namespace

int explained(const CLI::App& app, const CLI::ParseError& e) {
  if (e.get_exit_code() == 0) return app.exit(e), fine; // --help, --version
  const std::string text = in_words(app, e);
  if (text.empty()) {
    std::cout << app.help(); // nothing was asked for; that is wrong usage all the same
    return wrong_usage;
  }
  const auto commands = app.get_subcommands();
  std::cerr << text << '\n'
            << fmt::format("See 'ovh-licensed help{}'.\n",
                           commands.empty() ? "" : " " + commands.front()->get_name());
  return wrong_usage;
}

int show_help(const CLI::App& app, const std::optional<std::string>& of) {
  if (!of) {
    // app.help() would show the help of the parsed command
    std::cout << app.get_formatter()->make_help(&app, app.get_name(), CLI::AppFormatMode::Normal);
    return fine;
  }
  for (const CLI::App* command : app.get_subcommands(nullptr))
    if (command->get_name() == *of) {
      std::cout << command->help(app.get_name());
      return fine;
    }
  std::cerr << no_command(app, *of) << '\n';
  return wrong_usage;
}

} // namespace ovhl
