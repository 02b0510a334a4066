#include "agent/wait_teller.hpp"

#include "base/duration.hpp"
#include "base/text.hpp"
#include "os/progress.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace ovhl::agent {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds patience(2);
constexpr std::chrono::milliseconds between_drawings(250);

} // namespace

std::optional<ovh::waiting> longest_wait(const accounts& all) {
  std::optional<ovh::waiting> longest;
  for (const account_client& e : all.list())
    if (auto one = e.client->waits_for(); one && (!longest || one->since < longest->since))
      longest = std::move(one);
  return longest;
}

std::optional<std::string> waiting_words(const std::optional<ovh::waiting>& on,
                                         loop::steady_point now) {
  if (!on || now - on->since < patience) return std::nullopt;
  const auto since = std::chrono::floor<std::chrono::seconds>(now - on->since);
  std::string text =
      fmt::format("waiting for {}{}, {}", on->for_turn ? "the next request allowed by " : "",
                  printable(on->host),
                  since.count() < 60 ? fmt::format("{} s", since.count()) : rough_duration(since));
  if (on->attempt > 1) text += fmt::format(", try {}", on->attempt);
  return text;
}

struct wait_teller::drawing {
  loop::clock& clock;
  question asked;
  os::progress shown;
  std::size_t done = 0, total = 0;
  std::string words = {};
  bool over = false;

  drawing(loop::clock& c, question q, terminal t, std::string doing, int fd)
      : clock(c), asked(std::move(q)), shown(t, std::move(doing), c.now(), fd) {}

  void draw() {
    const auto now = clock.now();
    if (const auto waits = waiting_words(asked(), now))
      shown.say(*waits, now);
    else if (!words.empty())
      shown.say(words, now);
    else
      shown.update(done, total, now);
  }

  static asio::awaitable<void> draw_again(std::shared_ptr<drawing> it) {
    while (!it->over) {
      co_await it->clock.wait_for(between_drawings);
      if (!it->over) it->draw();
    }
  }
};

wait_teller::wait_teller(const asio::any_io_executor& executor, loop::clock& clock, terminal t,
                         std::string doing, question asked, int fd)
    : line_(std::make_shared<drawing>(clock, std::move(asked), t, std::move(doing), fd)) {
  if (t.tty) asio::co_spawn(executor, drawing::draw_again(line_), asio::detached);
}

wait_teller::~wait_teller() {
  line_->over = true;
  clear();
}

void wait_teller::far(std::size_t done, std::size_t total) {
  line_->done = done;
  line_->total = total;
  line_->draw();
}

void wait_teller::doing(std::string_view line) {
  line_->words = line;
  line_->draw();
}

void wait_teller::clear() { line_->shown.clear(); }

} // namespace ovhl::agent
