# The libraries we build on, all from Debian 12 or 13, and the two of Boost that are compiled once here instead of in every file.
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
set(Boost_USE_STATIC_LIBS ON) # we use little of them, and a whole library costs memory
find_package(Boost 1.81 REQUIRED CONFIG COMPONENTS json url)
find_package(fmt REQUIRED)
find_library(UTF8PROC utf8proc REQUIRED) # Debian 12 has no CMake package of it
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(date REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)

# Asio and Beast: their bodies live in one object file, so that a file that awaits does not compile them again.
add_library(ovhl_asio STATIC ${PROJECT_SOURCE_DIR}/lib/asio.cpp)
add_library(ovhl::asio ALIAS ovhl_asio)
target_compile_definitions(ovhl_asio PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(ovhl_asio PUBLIC Boost::headers OpenSSL::SSL Threads::Threads PRIVATE ovhl::flags)
