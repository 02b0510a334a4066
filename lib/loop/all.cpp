#include "loop/all.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <utility>

namespace ovhl::loop {

namespace asio = boost::asio;

namespace {

auto deferred(const asio::any_io_executor& executor, asio::awaitable<void> task) {
  return asio::co_spawn(executor, std::move(task), asio::deferred);
}

} // namespace

asio::awaitable<void> all(std::vector<asio::awaitable<void>> tasks) {
  if (tasks.empty()) co_return;
  const auto executor = co_await asio::this_coro::executor;
  using operation = decltype(deferred(executor, std::move(tasks.front())));
  std::vector<operation> operations;
  operations.reserve(tasks.size());
  for (auto& task : tasks)
    operations.push_back(deferred(executor, std::move(task)));

  auto group = asio::experimental::make_parallel_group(std::move(operations));
  const auto ended =
      co_await group.async_wait(asio::experimental::wait_for_all(), asio::use_awaitable);
  for (const std::exception_ptr& thrown : std::get<1>(ended))
    if (thrown) std::rethrow_exception(thrown);
}

} // namespace ovhl::loop
