# ovhl_layer(NAME SEES rooms... WITH libraries...): a room of lib/ as a target. Its headers are reached as "NAME/file.hpp" or
# "NAME/folder/file.hpp", and only by targets that see it: each room gets an include directory of its own that holds nothing but a link to
# it, so an include against the arrows does not build. The libraries a room works with are its own affair and are not passed on.
function(ovhl_layer name)
  cmake_parse_arguments(ROOM "" "" "SEES;WITH" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/lib/${name}/*.cpp ${PROJECT_SOURCE_DIR}/lib/${name}/*/*.cpp)
  set(door ${PROJECT_BINARY_DIR}/rooms/${name})
  file(MAKE_DIRECTORY ${door})
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/lib/${name} ${door}/${name} SYMBOLIC)
  add_library(ovhl_${name} STATIC ${sources})
  add_library(ovhl::${name} ALIAS ovhl_${name})
  target_include_directories(ovhl_${name} PUBLIC ${door})
  target_link_libraries(ovhl_${name} PUBLIC ${ROOM_SEES} PRIVATE ${ROOM_WITH} ovhl::flags)
endfunction()
