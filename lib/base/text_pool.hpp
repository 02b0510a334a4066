// Owns the texts of an inventory: a hundred thousand names in a few large blocks, and each repeated
// text (a guest OS, a license, a cluster) only once. Its views stay valid as long as the pool, also
// when the pool is moved.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace ovhl {

class text_pool {
 public:
  // A copy of `text`, for texts that seldom repeat.
  std::string_view keep(std::string_view text);
  // The one copy of `text`, for texts that often do.
  std::string_view intern(std::string_view text);

 private:
  static constexpr std::size_t block_size = 16 * 1024;

  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t used_ = block_size; // of the last block
  std::unordered_set<std::string_view> interned_;
};

} // namespace ovhl
