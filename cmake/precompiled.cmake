# Headers of libraries that are compiled once for all targets of a kind. Headers of ours are never among them. Each file includes what it
# uses all the same: `./dev check --all` has clang-tidy read it without them, and the presets for clang and the packages do without.
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/precompiled.cpp CONTENT "")

# ovhl_precompiled(KIND HEADERS headers... WITH libraries...): a kind. WITH lists what sets the definitions that the headers are read with.
function(ovhl_precompiled kind)
  cmake_parse_arguments(KIND "" "" "HEADERS;WITH" ${ARGN})
  add_library(ovhl_precompiled_${kind} OBJECT ${PROJECT_BINARY_DIR}/generated/precompiled.cpp)
  target_link_libraries(ovhl_precompiled_${kind} PRIVATE ${KIND_WITH} ovhl::flags)
  target_precompile_headers(ovhl_precompiled_${kind} PRIVATE ${KIND_HEADERS})
endfunction()

# ovhl_read(KIND targets...): the kind that the targets are compiled with. Their definitions include those of the kind.
function(ovhl_read kind)
  foreach(target ${ARGN})
    target_precompile_headers(${target} REUSE_FROM ovhl_precompiled_${kind})
  endforeach()
endfunction()

set(plain <algorithm> <array> <charconv> <chrono> <cstdint> <deque> <filesystem> <functional> <map> <memory> <optional> <set> <span>
  <string> <string_view> <system_error> <tuple> <utility> <variant> <vector> <fmt/format.h> <fmt/ranges.h> <boost/system/result.hpp>)
set(asio <boost/asio/any_io_executor.hpp> <boost/asio/awaitable.hpp> <boost/asio/cancellation_signal.hpp> <boost/asio/co_spawn.hpp>
  <boost/asio/io_context.hpp> <boost/asio/redirect_error.hpp> <boost/asio/steady_timer.hpp> <boost/asio/use_awaitable.hpp>)
ovhl_precompiled(plain HEADERS ${plain} WITH fmt::fmt Boost::headers)
ovhl_precompiled(asio HEADERS ${plain} ${asio} WITH fmt::fmt ovhl::asio)
