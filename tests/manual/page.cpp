#include "page.hpp"

#include "support/file_text.hpp"

#include <algorithm>
#include <stdexcept>

namespace ovhl::test {

namespace {

bool is_macro(const std::string& word) {
  static const names macros{"Ar", "Brq", "Cm", "Dv", "Ev", "Fl", "Ic", "No", "Ns", "Pa", "Va"};
  return macros.contains(word);
}

std::string rest_of(const std::string& line, std::size_t from) {
  return line.size() > from ? line.substr(from) : std::string();
}

} // namespace

page::page(const std::string& file) {
  std::string section, subsection;
  bool literal = false, fresh = false; // fresh: right behind an .It
  for (const std::string& line : lines(file_text(source / "packaging/man" / file))) {
    const std::string what = line.substr(0, 3);
    if (what == ".Ed")
      literal = false;
    else if (literal)
      literals_.back().text += line + '\n';
    else if (what == ".Sh") {
      section = rest_of(line, 4);
      subsection.clear();
    } else if (what == ".Ss") {
      subsection = rest_of(line, 4);
      subsections_.emplace_back(section, subsection);
    } else if (what == ".Bd") {
      literal = true;
      literals_.push_back({section, {}});
    } else if (what == ".It")
      items_.push_back({section, subsection, words_of(rest_of(line, 4)), {}});
    else if (what == ".Pq" && fresh)
      items_.back().parentheses = rest_of(line, 4);
    fresh = what == ".It";
  }
}

std::vector<item> page::items(std::string_view section, std::string_view subsection) const {
  std::vector<item> found;
  std::ranges::copy_if(items_, std::back_inserter(found), [&](const item& i) {
    return i.section == section && i.subsection == subsection;
  });
  return found;
}

names page::item_names(std::string_view section, std::string_view subsection) const {
  names all;
  for (const item& i : items(section, subsection))
    for (const std::string& word : i.words)
      if (!is_macro(word) && word != ",") all.insert(word);
  return all;
}

names page::subsections(std::string_view section) const {
  names all;
  for (const auto& [in, name] : subsections_)
    if (in == section) all.insert(name);
  return all;
}

options_of page::options(std::string_view section, std::string_view subsection) const {
  options_of all;
  for (const item& i : items(section, subsection)) {
    std::string option, takes;
    const auto put = [&] {
      if (!option.empty()) all[option] = in_order(takes);
      takes.clear();
    };
    for (std::size_t w = 0; w < i.words.size(); ++w)
      if (i.words[w] == "Fl") {
        put();
        option = "-" + i.words.at(++w);
      } else if (!is_macro(i.words[w]) && i.words[w] != ",")
        takes += i.words[w];
    put();
  }
  return all;
}

names page::positionals(std::string_view section, std::string_view subsection) const {
  names all;
  for (const item& i : items(section, subsection))
    if (i.words.at(0) == "Ar") all.insert(i.words.at(1));
  return all;
}

std::vector<std::string> page::literals(std::string_view section) const {
  std::vector<std::string> all;
  for (const block& b : literals_)
    if (b.section == section) all.push_back(b.text);
  return all;
}

facts facts_of(const item& i) {
  facts f;
  std::vector<std::vector<std::string>> parts(1);
  for (const std::string& word : words_of(i.parentheses))
    if (word == ";")
      parts.emplace_back();
    else
      parts.back().push_back(word);

  bool to_be_written = false;
  for (const std::string& word : parts[0]) {
    if (is_macro(word)) {
      to_be_written = word == "Cm";
      continue;
    }
    f.type += (f.type.empty() ? "" : " ") + word;
    if (word == "|") continue;
    if (to_be_written)
      f.words.insert(word);
    else
      f.others = true;
  }
  for (std::size_t p = 1; p < parts.size(); ++p) {
    std::vector<std::string> words;
    std::ranges::copy_if(parts[p], std::back_inserter(words),
                         [](const std::string& w) { return !is_macro(w); });
    if (words.size() == 3 && words[1] == "to") {
      f.least = words[0];
      f.most = words[2];
    } else if (words.size() == 2 && words[0] == "default")
      f.standard = words[1];
    else if (words == std::vector<std::string>{"required"})
      f.required = true;
    else if (words == std::vector<std::string>{"optional"})
      f.optional = true;
    else if (words != std::vector<std::string>{"reload"} &&
             words != std::vector<std::string>{"restart"})
      throw std::runtime_error("not understood: (" + i.parentheses + ")");
  }
  return f;
}

} // namespace ovhl::test
