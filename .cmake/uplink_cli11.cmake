# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# uplink_find_cli11(PROBLEM): makes the imported target uplink_cli11 for the example client, which reads its arguments with
# CLI11, and leaves PROBLEM empty, or says there what to do. Sought in this order: an existing target, the package CLI11,
# a folder with CLI/CLI.hpp; and fetched, if UPLINK_FETCH_DEPENDENCIES allows it and uplink is not a subdirectory.
macro(uplink_find_cli11 problem)
    set(${problem} "")
    if(NOT TARGET CLI11::CLI11)
        find_package(CLI11 CONFIG QUIET)
    endif()
    if(TARGET CLI11::CLI11)
        get_target_property(uplink_cli11_folder CLI11::CLI11 INTERFACE_INCLUDE_DIRECTORIES)
    else()
        find_path(uplink_cli11_folder CLI/CLI.hpp NO_CACHE)
        if(NOT uplink_cli11_folder AND UPLINK_FETCH_DEPENDENCIES AND PROJECT_IS_TOP_LEVEL)
            include(${PROJECT_SOURCE_DIR}/.cmake/uplink_fetch.cmake)
            uplink_fetch_cli11(uplink_cli11_folder)
        endif()
    endif()
    if(uplink_cli11_folder)
        add_library(uplink_cli11 INTERFACE IMPORTED)
        target_include_directories(uplink_cli11 SYSTEM INTERFACE ${uplink_cli11_folder})
    else()
        set(${problem} "uplink: the example client is left out, and so is what needs it: CLI11 was not found. Install libcli11-dev (Debian, Ubuntu), cli11-devel (Fedora) or cli11 (vcpkg, Conan, Homebrew). -DUPLINK_FETCH_DEPENDENCIES=ON allows CMake to fetch it.")
    endif()
endmacro()
