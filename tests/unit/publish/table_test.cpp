#include "base/text.hpp"
#include "publish/table.hpp"

#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <vector>

namespace publish = ovhl::publish;
using ovhl::terminal;
using publish::fit;
using publish::ink;
using publish::table;

namespace {

constexpr terminal none{};

table licenses() {
  table t({{"VM", fit::cut}, {"ID", fit::whole, true}, {"LICENSE", fit::wrap}, {"WHY", fit::note}});
  t.add({"web-1", "1074", "windows 2019 Standard",
         "Windows Server 2019 is configured and no license is declared"});
  t.add({"a name that somebody made far too long", "8", "windows 2022 Standard SQL2022 Standard",
         "東京 is where it runs"});
  t.add({"mail", "21", {"none", ink::red}, ""});
  return t;
}

std::size_t widest(const std::string& text) {
  std::istringstream in(text);
  std::size_t most = 0;
  for (std::string line; std::getline(in, line);)
    most = std::max(most, ovhl::columns(line));
  return most;
}

} // namespace

TEST_CASE("where no person is looking, every row is a line and nothing is cut") {
  CHECK("\n" + licenses().text(none) == R"(
VM                                        ID  LICENSE                                 WHY
web-1                                   1074  windows 2019 Standard                   Windows Server 2019 is configured and no license is declared
a name that somebody made far too long     8  windows 2022 Standard SQL2022 Standard  東京 is where it runs
mail                                      21  none
)");
}

TEST_CASE("on a wide terminal the note stands beside its row") {
  CHECK("\n" + licenses().text({true, false, 140}) == R"(
VM                                        ID  LICENSE                                 WHY
web-1                                   1074  windows 2019 Standard                   Windows Server 2019 is configured and no license is
                                                                                      declared
a name that somebody made far too long     8  windows 2022 Standard SQL2022 Standard  東京 is where it runs
mail                                      21  none
)");
}

TEST_CASE("at 100 columns the note goes under its row") {
  const std::string text = licenses().text({true, false, 100});
  CHECK("\n" + text == R"(
VM                                        ID  LICENSE
web-1                                   1074  windows 2019 Standard
    Windows Server 2019 is configured and no license is declared
a name that somebody made far too long     8  windows 2022 Standard SQL2022 Standard
    東京 is where it runs
mail                                      21  none
)");
}

TEST_CASE("at 60 columns long texts are cut or go on in the next line") {
  const std::string text = licenses().text({true, false, 60});
  CHECK("\n" + text == R"(
VM                            ID  LICENSE
web-1                       1074  windows 2019 Standard
    Windows Server 2019 is configured and no license is
    declared
a name that somebody made…     8  windows 2022 Standard
                                  SQL2022 Standard
    東京 is where it runs
mail                          21  none
)");
}

TEST_CASE("a table is never wider than the terminal as long as its columns can shrink") {
  for (std::size_t width = 32; width < 180; ++width) {
    CAPTURE(width);
    CHECK(widest(licenses().text({true, false, width})) <= width);
  }
}

TEST_CASE("colour is for titles and cells, and only where it is welcome") {
  table t({{"VM"}, {"VERDICT"}});
  t.add({"web-1", {"missing", ink::red}});
  CHECK(t.text({true, true, 80}) == "\x1b[1mVM\x1b[0m     \x1b[1mVERDICT\x1b[0m\n"
                                    "web-1  \x1b[31mmissing\x1b[0m\n");
  CHECK(t.text({true, false, 80}) == "VM     VERDICT\nweb-1  missing\n");
}

TEST_CASE("a name cannot send escape sequences to the terminal or break the row") {
  table t({{"VM"}});
  t.add({"a\x1b[2J\nb"});
  CHECK(t.text({true, true, 80}) == "\x1b[1mVM\x1b[0m\na\\x1b[2J\\x0ab\n");
}

TEST_CASE("text is broken between words, and inside a word that is wider than a line") {
  using lines = std::vector<std::string>;
  CHECK(publish::wrapped("", 10) == lines{""});
  CHECK(publish::wrapped("one two three", 7) == lines{"one two", "three"});
  CHECK(publish::wrapped("one two three", 80) == lines{"one two three"});
  CHECK(publish::wrapped("a windows2019srvNext_64Guest b", 10) ==
        lines{"a", "windows201", "9srvNext_6", "4Guest b"});
  CHECK(publish::wrapped("東京東京", 5) == lines{"東京", "東京"});
  CHECK(publish::wrapped("東京", 1) == lines{"東", "京"});
}
