// The other small values: digests, errors, secrets, pools of text.
#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/fnv.hpp"
#include "base/secret.hpp"
#include "base/text_pool.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

using namespace ovhl;

TEST_CASE("Digests are those of the standards") {
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha1({""}) == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  CHECK(sha1({"abc"}) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(sha1({}) == sha1({""}));
}

TEST_CASE("HMAC-SHA-256 is that of RFC 4231") {
  const std::string long_key(131, '\xaa');
  std::string counted;
  for (char c = 1; c <= 25; ++c)
    counted += c;
  const struct {
    std::string key, text, seal;
  } table[] = {
      {std::string(20, '\x0b'), "Hi There",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe", "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {std::string(20, '\xaa'), std::string(50, '\xdd'),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {counted, std::string(50, '\xcd'),
       "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
      {long_key, "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {long_key,
       "This is a test using a larger than block-size key and a larger than block-size data. The "
       "key needs to be hashed before being used by the HMAC algorithm.",
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
      {"", "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"},
  };
  for (const auto& row : table) {
    CAPTURE(row.text);
    CHECK(hmac_sha256(row.key, row.text) == row.seal);
  }
}

TEST_CASE("FNV-1a is that of its authors, in 32 and in 64 bits") {
  CHECK(fnv1a<std::uint32_t>().value() == 0x811c9dc5U);
  CHECK(fnv1a<std::uint64_t>().value() == 0xcbf29ce484222325U);
  CHECK(fnv1a<std::uint32_t>().add("foo").add("bar").value() == 0xbf9cf968U);
  CHECK(fnv1a<std::uint64_t>().add("foobar").value() == 0x85944171f73967e8U);
}

TEST_CASE("A digest of parts is the digest of the whole") {
  CHECK(sha1({"a", "", "bc"}) == sha1({"abc"}));
  CHECK(sha256("ab") != sha256("ba"));
}

TEST_CASE("An error is one line: where, what, the answer, what to do") {
  const auto with = [](auto change) {
    error e{failure::refused, "no such thing", "", "", 0, "", ""};
    change(e);
    return words(e);
  };
  CHECK(with([](error&) {}) == "no such thing");
  CHECK(with([](error& e) { e.where = "GET /x"; }) == "GET /x: no such thing");
  CHECK(with([](error& e) { e.http_status = 404; }) == "no such thing (HTTP 404)");
  CHECK(with([](error& e) {
          e.where = "GET /x";
          e.http_status = 404;
          e.query_id = "EU.ext-1.2.3";
          e.advice = "look again";
        }) == "GET /x: no such thing (HTTP 404, query EU.ext-1.2.3); look again");
}

TEST_CASE("Only failures that may pass are worth another try") {
  const std::pair<failure, bool> table[] = {
      {failure::invalid, false},  {failure::unreachable, true}, {failure::timeout, true},
      {failure::canceled, false}, {failure::refused, false},    {failure::throttled, true},
      {failure::server, true},    {failure::answer, false},
  };
  for (const auto& [kind, passing] : table) {
    CAPTURE(name(kind));
    CHECK(error{kind, "", "", "", 0, "", ""}.passing() == passing);
  }
}

TEST_CASE("Failures have the names that stand in logs") {
  const std::pair<failure, std::string_view> table[] = {
      {failure::invalid, "invalid"}, {failure::unreachable, "unreachable"},
      {failure::timeout, "timeout"}, {failure::canceled, "canceled"},
      {failure::refused, "refused"}, {failure::throttled, "throttled"},
      {failure::server, "server"},   {failure::answer, "answer"},
  };
  for (const auto& [kind, expected] : table)
    CHECK(std::string_view(name(kind)) == expected);
}

TEST_CASE("A secret moved from is empty, one copied is the same") {
  for (const std::string text :
       {"short", "a text that is too long for the small string's own buffer"}) {
    secret first{text};
    CHECK(first.reveal() == text);
    secret copy = first;
    CHECK(copy == first);
    const secret moved = std::move(first);
    CHECK(moved.reveal() == text);
    CHECK(first.empty()); // NOLINT(bugprone-use-after-move): that is the point
    first = copy;
    CHECK(first.reveal() == text);
    copy = secret("other");
    CHECK(copy.reveal() == "other");
    CHECK(first.reveal() == text);
  }
  CHECK(secret().empty());
  static_assert(!std::is_convertible_v<std::string, secret>);
  static_assert(!std::is_convertible_v<secret, std::string_view>);
}

TEST_CASE("What is wiped leaves nothing in its memory") {
  std::string text = "hush";
  const char* const memory = text.data();
  wipe(text);
  CHECK(text.empty());
  CHECK(std::string_view(memory, 4) == std::string_view("\0\0\0\0", 4));
}

TEST_CASE("A pool keeps texts of every length, also when it moves") {
  text_pool pool;
  std::vector<std::string> originals;
  std::vector<std::string_view> kept;
  for (int length : {0, 1, 100, 4096, 4097, 16'384, 100'000, 5, 4096, 4096, 4096, 4096, 3}) {
    originals.emplace_back(static_cast<std::size_t>(length),
                           static_cast<char>('a' + originals.size()));
    kept.push_back(pool.keep(originals.back()));
  }
  const text_pool moved = std::move(pool);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    CAPTURE(i);
    CHECK(kept[i] == originals[i]);
    CHECK(kept[i].data() != originals[i].data());
    CHECK(kept[i].data() != nullptr);
  }
}

TEST_CASE("A very long first text of a pool leaves room for the next") {
  text_pool pool;
  const auto giant = pool.keep(std::string(50'000, 'x'));
  const auto small = pool.keep("small");
  CHECK(giant == std::string(50'000, 'x'));
  CHECK(small == "small");
}

TEST_CASE("A repeated text is kept once") {
  text_pool pool;
  const auto first = pool.intern("windows 2019 Standard");
  const auto again = pool.intern(std::string("windows 2019 Standard"));
  CHECK(first.data() == again.data());
  CHECK(pool.intern("windows 2022 Standard").data() != first.data());
  CHECK(pool.keep("windows 2019 Standard").data() != first.data());
  CHECK(pool.intern("").data() != nullptr);
}

TEST_CASE("A pool that was moved from can be filled anew") {
  text_pool pool;
  pool.keep("before");
  text_pool moved = std::move(pool);
  // NOLINTNEXTLINE(bugprone-use-after-move,clang-analyzer-cplusplus.Move): that is the point
  CHECK(pool.keep("after") == "after");
  CHECK(moved.keep("more") == "more");
}
