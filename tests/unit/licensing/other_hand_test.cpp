// When signs of somebody else at work hold an account's corrections, and for how long.
#include "guards_support.hpp"
#include "licensing/other_hand.hpp"

using namespace ovhl;
using namespace ovhl::licensing;
using namespace ovhl::licensing::testing;
using kind = sign_of_others::kind;

namespace {

sign_of_others a_sign(kind what, std::int64_t vm, instant at, std::int64_t task = 0) {
  return {what, at, {here, vm}, "web", task};
}

} // namespace

TEST_CASE("one sign holds nothing, two within ten minutes do for an hour after the second") {
  other_hand others;
  others.saw(a_sign(kind::turned, 1, now));
  CHECK_FALSE(others.on("main", now));
  others.saw(a_sign(kind::busy, 2, now + minutes(10)));
  const auto hold = others.on("main", now + minutes(11));
  REQUIRE(hold);
  CHECK(hold->until == now + minutes(70));
  CHECK(hold->words == "someone else is changing VMs of account main (web (1) changed as expected, "
                       "not by us; web (2) was busy with another change); find the second instance "
                       "or the person in the control panel, then run ovh-licensed apply");
  CHECK(others.on("main", now + minutes(70) - seconds(1)));
  CHECK_FALSE(others.on("main", now + minutes(70)));
  CHECK_FALSE(others.on("other", now + minutes(11)));
}

TEST_CASE("two signs that are further apart hold nothing") {
  other_hand others;
  others.saw(a_sign(kind::turned, 1, now));
  others.saw(a_sign(kind::turned, 2, now + minutes(10) + seconds(1)));
  CHECK_FALSE(others.on("main", now + minutes(11)));
}

TEST_CASE("the same sign of the same VM counts once, another of the same VM is a second") {
  other_hand others;
  others.saw(a_sign(kind::task, 1, now, 77));
  others.saw(a_sign(kind::task, 1, now + seconds(20), 77));
  CHECK_FALSE(others.on("main", now + minutes(1)));
  others.saw(a_sign(kind::turned, 1, now + minutes(2)));
  others.saw(a_sign(kind::task, 2, now + minutes(2), 77)); // the same task, whatever VM
  const auto hold = others.on("main", now + minutes(3));
  REQUIRE(hold);
  CHECK(hold->words.find("task 77 on web (1)") != std::string::npos);
}

TEST_CASE("signs of two accounts hold neither") {
  other_hand others;
  others.saw(a_sign(kind::turned, 1, now));
  sign_of_others elsewhere = a_sign(kind::turned, 1, now);
  elsewhere.which.where.account = "other";
  others.saw(elsewhere);
  CHECK_FALSE(others.on("main", now));
  CHECK_FALSE(others.on("other", now));
}

TEST_CASE("new signs prolong it, and a person's decision ends it") {
  other_hand others;
  for (int vm = 1; vm <= 3; ++vm)
    others.saw(a_sign(kind::turned, vm, now + minutes(5 * vm)));
  CHECK(others.on("main", now + minutes(20))->until == now + minutes(75));
  others.forget_before("other", now + minutes(16));
  CHECK(others.on("main", now + minutes(20)));
  others.forget_before("main", now + minutes(16));
  CHECK_FALSE(others.on("main", now + minutes(20)));
  others.saw(a_sign(kind::turned, 9, now + minutes(20)));
  CHECK_FALSE(others.on("main", now + minutes(20)));
}

TEST_CASE("where the clock was set back, a hold does not last until it is there again") {
  other_hand others;
  others.saw(a_sign(kind::turned, 1, now + hours(48)));
  others.saw(a_sign(kind::turned, 2, now + hours(48)));
  const auto hold = others.on("main", now);
  REQUIRE(hold);
  CHECK(hold->until <= now + hours(1));
}
