// Every metric that the program writes stands in the man page with its labels, and the other way
// round; alerts and dashboards ask for no other.
#include "../unit/publish/samples.hpp"
#include "page.hpp"
#include "publish/metrics_text.hpp"
#include "support/file_text.hpp"

#include <doctest/doctest.h>

using namespace ovhl::test;
namespace publish = ovhl::publish;

namespace {

using labels_of = std::map<std::string, std::string>; // by metric: "account,class"

// "{account="main",class="2xx"}" → "account,class".
std::string label_names(const std::string& series) {
  std::string out;
  bool quoted = false;
  for (std::size_t i = series.find('{'), begin = i + 1; i < series.size(); ++i) {
    if (series[i] == '"' && series[i - 1] != '\\') quoted = !quoted;
    if (quoted) continue;
    if (series[i] == '=')
      out += (out.empty() ? "" : ",") + series.substr(begin, i - begin);
    else if (series[i] == ',')
      begin = i + 1;
    else if (series[i] == '}')
      break;
  }
  return out;
}

labels_of written() {
  labels_of all;
  for (const std::string& line : lines(publish::metrics_text(publish::test::full())))
    if (!line.starts_with("#")) {
      const std::string name = line.substr(0, line.find_first_of("{ "));
      const std::string labels = line[name.size()] == '{' ? label_names(line) : "";
      const auto [known, is_new] = all.emplace(name, labels);
      CHECK_MESSAGE(known->second == labels, name, " has its labels in several orders");
    }
  return all;
}

labels_of described() {
  labels_of all;
  for (const item& i : page("ovh-licensed.1").items("METRICS"))
    all[i.words.at(1)] = i.words.size() > 4 ? i.words[4] : "";
  return all;
}

names keys_of(const labels_of& all) {
  names keys;
  for (const auto& [name, labels] : all)
    keys.insert(name);
  return keys;
}

std::vector<std::filesystem::path> watching_files() {
  std::vector<std::filesystem::path> all;
  for (const char* folder : {"prometheus", "grafana"})
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(source / "packaging" / folder))
      if (entry.is_regular_file()) all.push_back(entry.path());
  return all;
}

} // namespace

TEST_CASE("The man page has every metric with exactly its labels, and no other") {
  const labels_of program = written();
  const labels_of manual = described();
  REQUIRE(program.size() > 15);
  CHECK(disagreement(keys_of(manual), keys_of(program)) == "");
  for (const auto& [metric, labels] : program)
    if (manual.contains(metric)) {
      CAPTURE(metric);
      CHECK(manual.at(metric) == labels);
    }
}

TEST_CASE("The sample that the metrics are taken from has every one that there can be") {
  names known;
  for (const std::string& name : all_of(file_text(source / "lib/publish/metrics_text.cpp"),
                                        R"rx(family\(MetricType::\w+,\s*"(\w+)")rx"))
    known.insert("ovh_licensed_" + name);
  CHECK(disagreement(keys_of(written()), known) == "");
}

TEST_CASE("Docs, alerts and dashboards speak only of metrics that exist") {
  const labels_of program = written();
  auto files = watching_files();
  for (const auto& document : documents())
    files.push_back(source / document);
  for (const auto& file : files) {
    CAPTURE(file);
    for (const std::string& name : all_of(file_text(file), R"(\b(ovh_licensed_[a-z_0-9]+)\b)"))
      CHECK_MESSAGE(program.contains(name), name);
  }
}

TEST_CASE("Alerts and dashboards select by labels that the metrics have") {
  const labels_of program = written();
  for (const auto& file : watching_files()) {
    CAPTURE(file);
    const std::string text = file_text(file);
    for (const std::string& selector : all_of(text, R"rx((ovh_licensed_[a-z_]+\{[^}]*\}))rx")) {
      const std::string name = selector.substr(0, selector.find('{'));
      const auto found = program.find(name);
      if (found == program.end()) continue; // said by the test before
      for (const std::string& label : all_of(selector, R"([{,]\s*([a-z_0-9]+)\s*[=!])")) {
        // A data source adds these two.
        const bool there = label == "job" || label == "instance" ||
                           ("," + found->second + ",").find("," + label + ",") != std::string::npos;
        CHECK_MESSAGE(there, selector, " has no label ", label);
      }
    }
  }
}

TEST_CASE("Alerts and dashboards group and name by labels that some metric has") {
  names labels{"job", "instance"}; // added by whoever asks for the metrics
  for (const auto& [metric, list] : written())
    labels.merge(all_of(list, "([a-z_0-9]+)"));
  for (const auto& file : watching_files()) {
    CAPTURE(file);
    const std::string text = file_text(file);
    names used = all_of(text, R"(\$labels\.([a-z_0-9]+))");
    for (const std::string& list :
         all_of(text, R"(\b(?:by|on|ignoring|without) ?\(([a-z_0-9, ]+)\))"))
      used.merge(all_of(list, "([a-z_0-9]+)"));
    if (file.extension() == ".json") used.merge(all_of(text, R"(\{\{ *([a-z_0-9]+) *\}\})"));
    for (const std::string& label : used)
      CHECK_MESSAGE(labels.contains(label), label);
  }
}
