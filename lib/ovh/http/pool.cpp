#include "ovh/http/pool.hpp"

#include "base/secret.hpp"

#include <utility>

namespace ovhl::ovh {

namespace asio = boost::asio;

pool::slot::slot(asio::any_io_executor executor, const url& where, tls_settings& tls)
    : connection(std::move(executor), where, tls) {}
pool::slot::~slot() { wipe(message); }

pool::lease::lease(lease&& other) noexcept
    : from_(other.from_), what_(std::exchange(other.what_, nullptr)) {}
pool::lease& pool::lease::operator=(lease&& other) noexcept {
  std::swap(from_, other.from_);
  std::swap(what_, other.what_);
  return *this;
}
pool::lease::~lease() {
  if (what_ != nullptr) from_->give_back(*what_);
}

pool::pool(asio::any_io_executor executor, url where, tls_settings& tls, std::size_t size)
    : executor_(std::move(executor)), where_(std::move(where)), tls_(tls), size_(size) {
  slots_.reserve(size);
  free_.reserve(size);
}

asio::awaitable<pool::lease> pool::borrow(std::chrono::nanoseconds limit) {
  const auto until = std::chrono::steady_clock::now() +
                     std::min<std::chrono::nanoseconds>(limit, std::chrono::hours(24));
  for (;;) {
    if (!free_.empty()) {
      slot& last = *free_.back();
      free_.pop_back();
      co_return lease(*this, last);
    }
    if (slots_.size() < size_) {
      slots_.push_back(std::make_unique<slot>(executor_, where_, tls_));
      co_return lease(*this, *slots_.back());
    }
    const bool woken = co_await queue_.wait(until - std::chrono::steady_clock::now());
    if (!woken) co_return lease();
  }
}

void pool::give_back(slot& s) {
  free_.push_back(&s);
  queue_.wake_one();
}

} // namespace ovhl::ovh
