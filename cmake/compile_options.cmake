# Language level, warnings and sanitizers for every target of ours.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_program(GUARDIAN_CCACHE ccache)
if(GUARDIAN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${GUARDIAN_CCACHE}")
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
                    -Woverloaded-virtual -Werror)

set(GUARDIAN_SANITIZE "" CACHE STRING "Comma-separated sanitizers (address,undefined or thread)")
if(GUARDIAN_SANITIZE)
  add_compile_options(-fsanitize=${GUARDIAN_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${GUARDIAN_SANITIZE})
  # What a null or misaligned access does, the address sanitizer shows as well; these checks stand at every access to a
  # member and would be a quarter of the time of the build.
  if(GUARDIAN_SANITIZE MATCHES "address.*undefined")
    add_compile_options(-fno-sanitize=null,alignment,vptr,object-size)
  endif()
  # With sanitizers g++ 12 takes the empty optionals of Boost for uninitialised reads.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-uninitialized -Wno-maybe-uninitialized)
  endif()
endif()

# What libFuzzer steers by; its own entry is linked to the targets alone.
if(GUARDIAN_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# One static library a folder; the sources see the tree from its root (#include "core/result.hpp").
function(guardian_library name)
  add_library(guardian_${name} STATIC ${ARGN})
  target_include_directories(guardian_${name} PUBLIC "${PROJECT_SOURCE_DIR}")
endfunction()
