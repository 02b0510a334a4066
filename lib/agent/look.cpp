#include "agent/look.hpp"

#include <utility>

namespace ovhl::agent {

boost::asio::awaitable<licensing::inventory>
look(const accounts& with, const config::settings& settings, loop::clock& clock,
     std::function<void(const ovh::progress&)> on_progress) {
  ovh::survey_options options;
  options.listing = listing_of(settings);
  options.deadline = clock.now() + settings.poll.timeout;
  options.on_progress = std::move(on_progress);
  std::vector<ovh::subject> subjects = with.subjects();
  co_return co_await ovh::survey(std::move(subjects), std::move(options));
}

} // namespace ovhl::agent
