# ovhl_layer(NAME SEES rooms... WITH libraries...): a room of lib/ as a target. Its headers are reached as "NAME/file.hpp" or
# "NAME/folder/file.hpp", and only by targets that see it: each room gets an include directory of its own that holds nothing but a link to
# it, so an include against the arrows does not build. The libraries a room works with are its own affair and are not passed on.
function(ovhl_layer name)
  cmake_parse_arguments(ROOM "" "" "SEES;WITH;FOLDERS" ${ARGN})
  set(patterns ${PROJECT_SOURCE_DIR}/lib/${name}/*.cpp)
  foreach(folder ${ROOM_FOLDERS})
    list(APPEND patterns ${PROJECT_SOURCE_DIR}/lib/${name}/${folder}/*.cpp)
  endforeach()
  file(GLOB sources CONFIGURE_DEPENDS ${patterns})
  string(REPLACE / _ target ${name})
  string(REGEX REPLACE /.* "" name ${name}) # a room in a room: the outer door leads to its headers
  set(door ${PROJECT_BINARY_DIR}/rooms/${name})
  file(MAKE_DIRECTORY ${door})
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/lib/${name} ${door}/${name} SYMBOLIC)
  add_library(ovhl_${target} STATIC ${sources})
  add_library(ovhl::${target} ALIAS ovhl_${target})
  target_include_directories(ovhl_${target} PUBLIC ${door})
  target_link_libraries(ovhl_${target} PUBLIC ${ROOM_SEES} PRIVATE ${ROOM_WITH} ovhl::flags)
endfunction()
