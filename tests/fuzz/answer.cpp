// Any bytes as one of the API's answers, whole and in pieces: both must find the same values, or
// both a flaw (of several, which one may depend on where the pieces end).
#include "ovh/api/auth.hpp"
#include "ovh/api/dedicated_cloud.hpp"
#include "ovh/api/services.hpp"
#include "ovh/api/tasks.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace ovhl;

namespace {

struct texts {
  ovh::texts_reader reader;
  std::size_t found() const { return reader.values.size(); }
};
struct ids {
  ovh::ids_reader reader;
  std::size_t found() const { return reader.values.size(); }
};
struct service {
  ovh::service_reader reader;
  std::size_t found() const { return reader.facts().spla ? 1 : 0; }
};
struct term {
  ovh::term_reader reader;
  std::size_t found() const {
    return static_cast<std::size_t>(reader.term().end.time_since_epoch().count());
  }
};
struct credential {
  ovh::credential_reader reader;
  std::size_t found() const { return reader.facts.rules.size(); }
};
struct task {
  ovh::task_reader reader;
  std::size_t found() const {
    const auto& t = reader.facts;
    return static_cast<std::size_t>(t.id) + t.name.size() + t.state.text().size() +
           (t.state.is_over() ? 1 : 0) + (t.concerns(12, t.name) ? 1 : 0);
  }
};
struct licensed {
  text_pool texts;
  std::vector<ovh::licensed_vm> vms;
  ovh::licensed_reader reader{texts, vms};
  std::size_t found() const { return vms.size(); }
};
struct vm_page {
  text_pool texts;
  std::vector<licensing::vm> vms;
  ovh::vm_page_reader reader{texts, vms, {}};
  std::size_t found() const { return vms.size() + reader.ids.size(); }
};
struct vm {
  text_pool texts;
  ovh::vm_reader reader{texts};
  std::size_t found() const { return static_cast<std::size_t>(reader.vm.cpus); }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t step = 1 + data[0] % 16;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);

  FUZZ_ANSWER whole, pieces;
  whole.reader.reset();
  const bool fed = whole.reader.feed(body);
  const bool ended = whole.reader.finish();
  if (ended != (whole.reader.found() == json_reader::flaw::none)) std::abort();
  if (!fed && ended) std::abort();
  pieces.reader.reset();
  for (std::size_t at = 0; at < body.size(); at += step)
    pieces.reader.feed(body.substr(at, step));
  if (pieces.reader.finish() != ended) std::abort();
  if (ended && whole.found() != pieces.found()) std::abort();
  return 0;
}
