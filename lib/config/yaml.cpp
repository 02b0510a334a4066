#include "config/yaml.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <map>
#include <sstream>
#include <utility>

namespace ovhl::config {

namespace {

// The most bytes that a text may have once its aliases are replaced, and what each node adds.
constexpr std::size_t weight_limit = std::size_t{8} * 1024 * 1024;
constexpr std::size_t node_weight = 32;

std::size_t weight(const node& n) noexcept {
  std::size_t sum = node_weight + n.text.size();
  for (const node& key : n.keys)
    sum += weight(key);
  for (const node& item : n.items)
    sum += weight(item);
  return sum;
}

// Thrown from the builder through yaml-cpp to parse_yaml().
struct unusable_yaml {
  position at;
  std::string why;
};

position position_of(const YAML::Mark& mark) noexcept { return {mark.line + 1, mark.column + 1}; }

position position_at(std::string_view text, std::size_t offset) noexcept {
  const auto before = text.substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n');
  const auto line_start = before.rfind('\n') + 1; // npos + 1 is 0
  return {static_cast<int>(line) + 1, static_cast<int>(before.size() - line_start) + 1};
}

class builder final : public YAML::EventHandler {
 public:
  explicit builder(std::string_view text) : text_(text) {}

  node root;
  bool started = false;
  position start;
  std::optional<std::size_t> last_quoted; // where the last scalar begins, if it is quoted

  void OnDocumentStart(const YAML::Mark& mark) override {
    started = true;
    start = position_of(mark);
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    node n;
    n.at = position_of(mark);
    if (!written(mark)) n.at = position_of_nothing(mark);
    add(std::move(n), mark, anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    node n;
    n.what = node::kind::scalar;
    n.at = position_of(mark);
    n.text = value;
    n.quoted = tag == "!";
    last_quoted.reset();
    if (n.quoted) last_quoted = static_cast<std::size_t>(mark.pos);
    add(std::move(n), mark, anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchored_.find(anchor);
    if (found == anchored_.end())
      throw unusable_yaml{position_of(mark), "this alias refers to the value that contains it"};
    spend(weight(found->second), mark);
    node copy = found->second;
    attach(std::move(copy));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(node::kind::list, mark, anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(node::kind::map, mark, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

  // The list or mapping that is being read.
  position innermost() const { return open_.empty() ? position{} : open_.back().what.at; }

 private:
  struct opened {
    node what;
    YAML::anchor_t anchor = 0;
    YAML::Mark mark;
  };

  // Whether a null is written in the text; if not, the value is absent.
  bool written(const YAML::Mark& mark) const noexcept {
    const auto at = std::min(static_cast<std::size_t>(mark.pos), text_.size());
    const std::string_view rest = text_.substr(at);
    return rest.starts_with('~') || equal_ignoring_case(rest.substr(0, 4), "null");
  }

  // yaml-cpp locates an absent value where the next token begins; a person looks at its key or
  // dash.
  position position_of_nothing(const YAML::Mark& mark) const {
    if (!open_.empty() && open_.back().what.keys.size() > open_.back().what.items.size())
      return open_.back().what.keys.back().at;
    const auto at = std::min(static_cast<std::size_t>(mark.pos), text_.size());
    const auto last = text_.substr(0, at).find_last_not_of(" \t\r\n");
    if (last == std::string_view::npos) return position_of(mark);
    // Searches backwards from here, not from the beginning of the text: there may be many of these.
    const auto between = text_.substr(last, at - last);
    const auto breaks = static_cast<int>(std::count(between.begin(), between.end(), '\n'));
    if (breaks == 0) return {mark.line + 1, mark.column + 1 - static_cast<int>(at - last)};
    const auto line_start = text_.substr(0, last).rfind('\n') + 1; // npos + 1 is 0
    return {mark.line + 1 - breaks, static_cast<int>(last - line_start) + 1};
  }

  void spend(std::size_t amount, const YAML::Mark& mark) {
    spent_ += amount;
    if (spent_ > weight_limit) throw unusable_yaml{position_of(mark), "too many values up to here"};
  }

  void open(node::kind what, const YAML::Mark& mark, YAML::anchor_t anchor) {
    spend(node_weight, mark);
    node n;
    n.what = what;
    n.at = position_of(mark);
    open_.push_back({std::move(n), anchor, mark});
  }

  void close() {
    opened done = std::move(open_.back());
    open_.pop_back();
    remember(done.what, done.mark, done.anchor);
    attach(std::move(done.what));
  }

  void add(node n, const YAML::Mark& mark, YAML::anchor_t anchor) {
    spend(weight(n), mark);
    remember(n, mark, anchor);
    attach(std::move(n));
  }

  void remember(const node& n, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor == 0) return;
    spend(weight(n), mark);
    anchored_[anchor] = n;
  }

  void attach(node n) {
    if (open_.empty()) {
      root = std::move(n);
      return;
    }
    node& parent = open_.back().what;
    const bool is_key = parent.what == node::kind::map && parent.keys.size() == parent.items.size();
    (is_key ? parent.keys : parent.items).push_back(std::move(n));
  }

  std::string_view text_;
  std::vector<opened> open_;
  std::map<YAML::anchor_t, node> anchored_;
  std::size_t spent_ = 0;
};

// The most frequent messages of yaml-cpp, in clearer words.
std::string plain_words(const std::string& said) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 12> table{{
      {"illegal map value",
       "':' is not allowed here; check the indentation, and quote text that contains ': '"},
      {"end of map not found",
       "this does not belong to the mapping above it; check its indentation, quotes and commas"},
      {"end of sequence not found",
       "this does not belong to the list above it; check its indentation, quotes and commas"},
      {"illegal flow end", "this bracket was never opened"},
      {"illegal block entry", "a list cannot start on the line of its key"},
      {"the referenced anchor is not defined", "text that begins with '*' must be quoted"},
      {"alias not found after *", "text that begins with '*' must be quoted"},
      {"anchor not found after &", "text that begins with '&' must be quoted"},
      {"tag handle with no suffix", "text that begins with '!' must be quoted"},
      {"unknown token", "text that begins like this must be quoted"},
      {"illegal EOF in scalar", "the file ends before the closing quote"},
      {"illegal tab when looking for indentation",
       "tabs cannot be used for indentation; use spaces"},
  }};
  for (const auto& [theirs, ours] : table)
    if (said.starts_with(theirs)) return std::string(ours); // newer versions add which
  return "not valid YAML: " + printable(said);
}

// The closing quote of the scalar that begins at or after `from`, or npos: yaml-cpp accepts the end
// of the text instead.
std::size_t closing_quote(std::string_view text, std::size_t from) noexcept {
  const auto opening = text.find_first_of("\"'|>", from);
  if (opening == std::string_view::npos || text[opening] == '|' || text[opening] == '>') return 0;
  const char quote = text[opening];
  for (std::size_t i = opening + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      const bool doubled = quote == '\'' && i + 1 < text.size() && text[i + 1] == quote;
      if (!doubled) return i;
      ++i;
    }
  }
  return std::string_view::npos;
}

yaml refused(position where, std::string why) {
  yaml y;
  y.wrong = where;
  y.why = std::move(why);
  return y;
}

// The position of something that YAML forbids: bytes that are not UTF-8, control characters.
std::optional<yaml> strange_character(std::string_view text) {
  position at{1, 1};
  while (!text.empty()) {
    const code_point c = first_character(text);
    if (!c.valid) return refused(at, "not valid UTF-8");
    const bool control =
        (c.value < 0x20 && c.value != '\t' && c.value != '\n' && c.value != '\r') ||
        (c.value >= 0x7F && c.value < 0xA0 && c.value != 0x85);
    if (control)
      return refused(
          at, fmt::format("control character here ({})", printable(text.substr(0, c.bytes))));
    if (c.value == '\n')
      at = {at.line + 1, 1};
    else
      at.column += static_cast<int>(c.bytes);
    text.remove_prefix(c.bytes);
  }
  return std::nullopt;
}

yaml parse(std::string_view text, builder& first) {
  std::istringstream in{std::string(text)};
  YAML::Parser parser(in);
  if (!parser.HandleNextDocument(first)) return {};
  if (first.last_quoted && closing_quote(text, *first.last_quoted) == std::string_view::npos)
    return refused(position_at(text, *first.last_quoted),
                   "the quote that opens here is never closed");
  builder second(text);
  if (parser.HandleNextDocument(second))
    return refused(second.start, "a second document begins here; only one is allowed");
  yaml y;
  y.root = std::move(first.root);
  return y;
}

} // namespace

const node* node::find(std::string_view key) const noexcept {
  for (std::size_t i = 0; i < keys.size() && i < items.size(); ++i)
    if (keys[i].what == kind::scalar && keys[i].text == key) return &items[i];
  return nullptr;
}

yaml parse_yaml(std::string_view text) {
  if (auto strange = strange_character(text)) return *std::move(strange);
  builder first(text);
  try {
    return parse(text, first);
  } catch (const unusable_yaml& r) {
    return refused(r.at, r.why);
  } catch (const YAML::DeepRecursion&) {
    return refused(first.innermost(), "nested too deeply here");
  } catch (const YAML::Exception& e) {
    if (e.msg == "end of sequence flow not found" || e.msg == "end of map flow not found")
      return refused(first.innermost(), "the bracket that opens here is never closed");
    return refused(e.mark.is_null() ? position{} : position_of(e.mark), plain_words(e.msg));
  }
}

} // namespace ovhl::config
