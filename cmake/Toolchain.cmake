# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
# Language level, warnings, linker and compiler cache for every target of the project.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# Debian's compilers make position independent executables by themselves; setting the property would give
# libraries and programs different flags and so part them from the shared precompiled headers.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

option(STADTBUCH_PCH "Precompile the common headers" ON)
set(STADTBUCH_SANITIZE "" CACHE STRING "Value for -fsanitize, for example address,undefined")
option(STADTBUCH_FUZZ "Build libFuzzer targets (clang only)" OFF)
option(STADTBUCH_COVERAGE "Instrument for gcov" OFF)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Precompiled headers are cached only with these allowances (ccache manual, "Precompiled headers").
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE_PROGRAM})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess)
  endif()
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

add_library(stadtbuch_warnings INTERFACE)
target_compile_options(stadtbuch_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND (CMAKE_BUILD_TYPE STREQUAL "Release" OR STADTBUCH_SANITIZE))
  # g++ 12 reports false positives inside libstdc++ when it inlines at -O2, or instruments (GCC bugs 105329, 105651).
  target_compile_options(stadtbuch_warnings INTERFACE
    -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-maybe-uninitialized
    -Wno-stringop-overread -Wno-dangling-pointer)
endif()

add_compile_options(-fstack-protector-strong -fno-omit-frame-pointer)
add_compile_definitions($<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
if(STADTBUCH_SANITIZE)
  add_compile_options(-fsanitize=${STADTBUCH_SANITIZE} -fno-sanitize-recover=all -g1)
  add_link_options(-fsanitize=${STADTBUCH_SANITIZE})
  if(STADTBUCH_SANITIZE MATCHES "thread")
    # Asio uses fences, which ThreadSanitizer does not follow; g++ warns of each.
    add_compile_options(-Wno-tsan)
  endif()
endif()
if(STADTBUCH_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()
if(STADTBUCH_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -g1)
  add_link_options(-fsanitize=address,undefined)
endif()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(ZLIB REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(rocksdb REQUIRED IMPORTED_TARGET rocksdb)
pkg_check_modules(libxml2 REQUIRED IMPORTED_TARGET libxml-2.0)
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(zmq REQUIRED IMPORTED_TARGET libzmq)
pkg_check_modules(simdjson REQUIRED IMPORTED_TARGET simdjson)
pkg_check_modules(spdlog REQUIRED IMPORTED_TARGET spdlog)
pkg_check_modules(jemalloc IMPORTED_TARGET QUIET jemalloc)
# Sanitizers bring their own allocator.
set(STADTBUCH_JEMALLOC OFF)
if(jemalloc_FOUND AND NOT STADTBUCH_SANITIZE AND NOT STADTBUCH_FUZZ)
  set(STADTBUCH_JEMALLOC ON)
endif()
pkg_check_modules(qrencode REQUIRED IMPORTED_TARGET libqrencode)
# libharu brings no pkg-config file.
find_library(HPDF_LIBRARY hpdf REQUIRED)
find_path(HPDF_INCLUDE hpdf.h REQUIRED)
add_library(hpdf UNKNOWN IMPORTED)
set_target_properties(hpdf PROPERTIES IMPORTED_LOCATION "${HPDF_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${HPDF_INCLUDE}")
