# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# The target uplink_project_options: what uplink's own tests and examples are compiled with (warnings, sanitizers,
# switches that certain versions of Asio need). Users of the library get none of this.
set(CMAKE_CXX_EXTENSIONS OFF)
add_library(uplink_project_options INTERFACE)
target_link_libraries(uplink_project_options INTERFACE uplink::uplink)
target_compile_options(uplink_project_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
if(UPLINK_WARNINGS_AS_ERRORS)
    target_compile_options(uplink_project_options INTERFACE -Werror)
endif()

get_property(uplink_asio_number GLOBAL PROPERTY UPLINK_ASIO_VERSION)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang AND uplink_asio_number AND uplink_asio_number LESS 102801)
    target_compile_definitions(uplink_project_options INTERFACE ASIO_HAS_CO_AWAIT=1)  # there, but not noticed
endif()

if(UPLINK_SANITIZE)
    target_compile_options(uplink_project_options INTERFACE -fsanitize=${UPLINK_SANITIZE}
                           -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
    target_link_options(uplink_project_options INTERFACE -fsanitize=${UPLINK_SANITIZE})
    if(UPLINK_SANITIZE MATCHES undefined)
        # To look at a virtual table it opens a pipe, and some tests have no descriptor left.
        target_compile_options(uplink_project_options INTERFACE -fno-sanitize=vptr)
    endif()
    if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
        # Fences in Asio that TSan does not see, and what instrumented code of the standard library looks like.
        target_compile_options(uplink_project_options INTERFACE -Wno-tsan -Wno-maybe-uninitialized)
    endif()
    if(uplink_asio_number GREATER_EQUAL 103002)  # older ones do not compile with it
        target_compile_definitions(uplink_project_options INTERFACE ASIO_DISABLE_SMALL_BLOCK_RECYCLING)
    endif()
endif()
