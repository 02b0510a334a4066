// JSON read as it arrives: what is wanted is described as a tree of places, everything else is
// passed over unseen, and memory is bounded whatever a server sends. A mistake names its place:
// "$[17].vmId: expected an integer, found a string".
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

// Somewhere in an answer something is wanted. After a value has arrived there, it stands in the
// members.
struct json_place {
  json_type type;
  presence need = presence::required;
  std::vector<json_field> fields = {};    // of an object
  std::vector<json_place*> elements = {}; // of a list: what may stand in it, each of another type
  std::function<void()> arrived =
      {}; // a whole value is here; an object's fields are valid until it returns
  // A text that came damaged is taken, with U+FFFD where it was; one that is too long with U+FFFD
  // and an ellipsis after its beginning. Elsewhere such a text is a mistake.
  bool damaged_too = false;

  bool seen = false;  // there is something, if only null
  bool known = false; // and it is not null
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

  // Begins anew, forgetting what came before.
  void reset();
  // The next bytes; false once something is wrong, and from then on.
  bool feed(std::string_view bytes);
  // The body has ended; false if it ended too early, or something was wrong.
  bool finish();

  enum class flaw : std::uint8_t {
    none,
    broken,    // not JSON, or cut off: another try may fare better
    wrong,     // JSON of another shape than described
    excessive, // too long or too deep to be an answer
  };
  flaw found() const noexcept { return flaw_; }
  const std::string& complaint() const noexcept { return complaint_; }

 protected:
  // Where the tree begins; to be called once, by the constructor.
  void read(json_place& root);
  // From `arrived`: the value is of the right type and still not right.
  void refuse(std::string_view why);
  // A new try begins: drop what the last one brought.
  virtual void forget() {}

 private:
  struct handler;
  struct engine;

  void complain(flaw, std::string);
  std::string path() const;
  json_place* place_for(json_type);
  json_place* target(json_type found);
  void mismatch(std::string_view found);
  void add_to_text(std::string_view part);
  void end_of_text(json_place&);
  bool parse(std::string_view bytes, std::size_t at);

  // The wanted lists and objects that are open.
  struct level {
    json_place* place;
    std::size_t index = 0;             // of a list's element
    const json_field* field = nullptr; // of an object; null: one that is not wanted
  };

  std::unique_ptr<engine> engine_;
  json_place* root_ = nullptr;
  std::vector<level> open_;
  std::size_t unwanted_ = 0;   // lists and objects open below something unwanted
  std::string key_;            // that came in parts
  json_place* text_ = nullptr; // whose text is coming in parts
  bool too_long_ = false;      // that text is
  text_mender mender_;
  std::size_t fed_ = 0;
  std::size_t largest_body_;
  flaw flaw_ = flaw::none;
  std::string complaint_;
};

} // namespace ovhl
