#include "base/text_pool.hpp"

#include <cstring>

namespace ovhl {

std::string_view text_pool::keep(std::string_view text) {
  if (text.empty()) return std::string_view(""); // not null: an empty text is not an absent one
  if (text.size() > block_size / 4) {
    // A long text gets its own block, inserted before the last one, which continues to be filled.
    auto own = std::make_unique_for_overwrite<char[]>(text.size());
    std::memcpy(own.get(), text.data(), text.size());
    const std::string_view kept(own.get(), text.size());
    blocks_.insert(blocks_.empty() ? blocks_.end() : blocks_.end() - 1, std::move(own));
    if (blocks_.size() == 1) used_ = block_size;
    return kept;
  }
  if (blocks_.empty() || used_ + text.size() > block_size) { // a pool moved from is empty
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(block_size));
    used_ = 0;
  }
  char* const at = blocks_.back().get() + used_;
  std::memcpy(at, text.data(), text.size());
  used_ += text.size();
  return {at, text.size()};
}

std::string_view text_pool::intern(std::string_view text) {
  if (const auto found = interned_.find(text); found != interned_.end()) return *found;
  return *interned_.insert(keep(text)).first;
}

} // namespace ovhl
