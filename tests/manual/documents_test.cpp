// README and docs/ themselves: short enough, no link leads nowhere, and what they show can be used.
#include "../integration/daemon/process.hpp"
#include "config/settings.hpp"
#include "markdown.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>

using namespace ovhl::test;

namespace {

constexpr const char* nowhere = "/nonexistent/config.yaml";

std::vector<markdown> all_pages() {
  std::vector<markdown> all;
  for (const auto& document : documents())
    all.emplace_back(document);
  return all;
}

// "sudo ovh-licensed plan --json | head" → "plan", "--json"; nothing: it is no command of ours.
std::optional<std::vector<std::string>> arguments_in(const std::string& code) {
  std::vector<std::string> words = words_of(code);
  const auto is_prompt = [](const std::string& word) { return word == "$" || word == "sudo"; };
  words.erase(words.begin(), std::ranges::find_if_not(words, is_prompt));
  if (words.empty() || words[0] != "ovh-licensed") return std::nullopt;
  const names ends{"&&", "|", "#", ">"};
  words.erase(std::ranges::find_if(words, [&](const auto& word) { return ends.contains(word); }),
              words.end());
  words.erase(words.begin());
  return words;
}

// Run with a configuration that is not there, a command that is understood gets as far as that, or
// as the file that it names.
std::string complaint_about(std::vector<std::string> arguments) {
  launch how;
  how.program = OVHL_PROGRAM;
  how.folder = "/";
  const bool reads_it = arguments.empty() || (arguments[0] != "help" && arguments[0] != "version");
  if (reads_it) arguments.insert(arguments.end(), {"-c", nowhere});
  how.arguments = std::move(arguments);
  const outcome came = run(how);
  const bool understood = reads_it
                              ? (came.out + came.err).find(nowhere) != std::string::npos ||
                                    came.err.find("No such file or directory") != std::string::npos
                              : came.status == 0;
  return understood ? "" : came.out + came.err;
}

// "" or what is wrong with a link of this page.
std::string dead(const markdown& from, const std::string& link) {
  const auto mark = link.find('#');
  const std::string file = link.substr(0, mark);
  const auto target =
      file.empty() ? from.document() : (from.document().parent_path() / file).lexically_normal();
  if (!std::filesystem::exists(source / target)) return target.string() + " is not there";
  if (mark == std::string::npos) return {};
  const std::string anchor = link.substr(mark + 1);
  return markdown(target).anchors().contains(anchor) ? "" : target.string() + " has no #" + anchor;
}

} // namespace

TEST_CASE("The README has at most 130 lines") { CHECK(markdown("README.md").line_count() <= 130); }

TEST_CASE("Every link of README, docs and the pages for developers leads somewhere") {
  std::vector<markdown> pages = all_pages();
  for (const char* other : {"ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md",
                            "tests/simulator/README.md", "packaging/prometheus/alerts.md"})
    pages.emplace_back(other);
  int followed = 0;
  for (const markdown& page : pages)
    for (const std::string& link : page.links()) {
      if (link.find("://") != std::string::npos) continue;
      CAPTURE(page.document());
      CHECK(dead(page, link) == "");
      ++followed;
    }
  CHECK(followed > 30);
}

TEST_CASE("The README leads to every page of docs") {
  names linked;
  const markdown readme("README.md");
  for (const std::string& link : readme.links())
    linked.insert(link.substr(0, link.find('#')));
  for (const auto& document : documents())
    CHECK_MESSAGE((document == "README.md" || linked.contains(document.string())), document);
}

TEST_CASE("Every command of ours that README and docs show is understood by the program") {
  int tried = 0;
  for (const markdown& page : all_pages())
    for (const std::string& code : page.code()) {
      const auto arguments = arguments_in(code);
      if (!arguments || arguments->empty()) continue; // the name alone
      CAPTURE(page.document());
      CAPTURE(code);
      CHECK(complaint_about(*arguments) == "");
      ++tried;
    }
  CHECK(tried > 30);
}

TEST_CASE("A command that the program does not have, or with a wrong option, is found") {
  CHECK(complaint_about({"plan"}) == "");
  CHECK(complaint_about({"version"}) == "");
  CHECK(complaint_about({"plam"}) != "");
  CHECK(complaint_about({"plan", "--uot", "file"}) != "");
  CHECK(complaint_about({"status", "--format", "yaml"}) != "");
  CHECK(complaint_about({"explain"}) != "");
}

TEST_CASE("The configuration that the docs show is right") {
  const auto shown_there = markdown("docs/credentials.md").blocks("yaml");
  REQUIRE(shown_there.size() == 1);
  CHECK(ovhl::config::parse_settings(shown_there[0], "/c.yaml").errors.empty());
}

TEST_CASE("The policy that the docs show is right, and its examples are as they say") {
  const auto shown_there = markdown("docs/policy.md").blocks("yaml");
  REQUIRE(shown_there.size() == 2);
  CHECK(tested(shown_there[0], shown_there[1]) == "3 passed, 0 failed\n");
}
