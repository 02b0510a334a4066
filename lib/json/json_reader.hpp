// Reads JSON as it arrives. A tree of places describes the values that are wanted; everything else
// is skipped, so memory is bounded whatever a server sends. A mistake names its place: "$[17].vmId:
// expected an integer, found a string".
#pragma once

#include "json/text_mender.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl {

enum class json_type : std::uint8_t { integer, text, boolean, object, list };
enum class presence : std::uint8_t { required, optional }; // optional: may be null, or not there

struct json_place;
struct json_field {
  std::string_view key;
  json_place* place;
};

// A place in an answer whose value is wanted. When the value has arrived, it is in the members
// below.
struct json_place {
  json_type type;
  presence need = presence::required;
  std::vector<json_field> fields = {};    // of an object
  std::vector<json_place*> elements = {}; // of a list: its elements, one place for each type
  std::function<void()> arrived =
      {}; // called with a whole value; an object's fields are valid until it returns
  // Accepts a damaged text, with U+FFFD in place of the damage, and a text that is too long, cut
  // and with U+FFFD and an ellipsis at its end. Without this, such a text is a mistake.
  bool damaged_too = false;

  bool seen = false;  // a value was there, perhaps null
  bool known = false; // a value was there and it is not null
  bool boolean = false;
  std::int64_t integer = 0;
  std::string text = {};
};

class json_reader {
 public:
  static constexpr std::size_t small_body = 1 << 20;
  static constexpr std::size_t large_body = 64 << 20;
  static constexpr std::size_t deepest = 32;
  static constexpr std::size_t longest_text = 64 << 10;

  explicit json_reader(std::size_t largest_body = small_body);
  virtual ~json_reader();
  json_reader(const json_reader&) = delete;
  json_reader& operator=(const json_reader&) = delete;

  // Starts again and forgets the previous input.
  void reset();
  // Takes the next bytes. False: something is wrong, and stays so until reset().
  bool feed(std::string_view bytes);
  // Ends the body. False: it ended too early, or something was wrong.
  bool finish();

  enum class flaw : std::uint8_t {
    none,
    broken,    // not JSON, or cut off: another try may succeed
    wrong,     // JSON of another shape than described
    excessive, // too long or too deep to be an answer
  };
  flaw found() const noexcept { return flaw_; }
  const std::string& complaint() const noexcept { return complaint_; }

 protected:
  // Sets the root of the tree; called once, by the constructor.
  void read(json_place& root);
  // Called from `arrived` if a value has the right type and is still wrong.
  void refuse(std::string_view why);
  // Drops the values of the last try, because a new one begins.
  virtual void forget() {}

 private:
  struct position;
  struct handler;
  struct engine;

  void complain(flaw, std::string);
  bool parse(std::string_view bytes, std::size_t at);

  std::unique_ptr<engine> engine_;
  json_place* root_ = nullptr;
  text_mender mender_;
  std::size_t fed_ = 0;
  std::size_t largest_body_;
  flaw flaw_ = flaw::none;
  std::string complaint_;
};

} // namespace ovhl
