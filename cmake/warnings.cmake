# ovhl::flags: what every target of ours is compiled with. Headers of libraries are SYSTEM and stay silent.
add_library(ovhl_flags INTERFACE)
add_library(ovhl::flags ALIAS ovhl_flags)

# Sections one by one, so that what is never called is left out: a quarter of the program.
target_compile_options(ovhl_flags INTERFACE -ffunction-sections -fdata-sections)
target_link_options(ovhl_flags INTERFACE -Wl,--gc-sections -Wl,--as-needed)

target_compile_options(ovhl_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align
  -Wconversion -Wsign-conversion -Wdouble-promotion -Wformat=2 -Wimplicit-fallthrough)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(ovhl_flags INTERFACE -fcoroutines -Wduplicated-cond -Wlogical-op -Wuseless-cast
    -Wno-mismatched-new-delete # g++ 12 mistakes the coroutine frames of Asio
    -Wno-restrict              # and finds overlaps in std::string's operator+ (GCC bug 105651)
    -Wno-array-bounds -Wno-stringop-overflow) # and overruns in a precompiled <string>
endif()
if(CMAKE_UNITY_BUILD) # true of files that are compiled together, and no fault of theirs; the preset dev looks at each by itself
  target_compile_options(ovhl_flags INTERFACE -Wno-shadow $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()
if(OVHL_WERROR)
  target_compile_options(ovhl_flags INTERFACE -Werror)
endif()
if(OVHL_SANITIZE)
  target_compile_options(ovhl_flags INTERFACE -fsanitize=${OVHL_SANITIZE} -fno-omit-frame-pointer)
  if(OVHL_SANITIZE STREQUAL "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(ovhl_flags INTERFACE -Wno-tsan) # fences inside Boost
  endif()
  target_link_options(ovhl_flags INTERFACE -fsanitize=${OVHL_SANITIZE})
  if(OVHL_SANITIZE MATCHES "undefined")
    target_compile_options(ovhl_flags INTERFACE -fno-sanitize-recover=undefined)
  endif()
else()
  target_compile_options(ovhl_flags INTERFACE -fstack-protector-strong)
  target_compile_definitions(ovhl_flags INTERFACE $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
endif()
