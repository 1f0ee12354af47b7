# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# What the system lacks, fetched by CMake's FetchContent, by the hash of a commit: only if UPLINK_FETCH_DEPENDENCIES
# allows it, and only for uplink itself, since a project that uses uplink brings its Asio. The switches of FetchContent
# are respected: FETCHCONTENT_FULLY_DISCONNECTED, and FETCHCONTENT_SOURCE_DIR_<NAME> for sources that are here already.
include(FetchContent)

# uplink_fetch(NAME PACKAGE URL COMMIT ADVICE): the folder is in <name>_SOURCE_DIR afterwards. Sources that are not there after
# it, since they may not be fetched, are for the caller to notice. The message stands before what FetchContent says if it
# fails, which ends the configuration.
macro(uplink_fetch name package url commit advice)
    message(STATUS "uplink: ${package} is not installed, and is taken by FetchContent. If that fails: ${advice}")
    FetchContent_Declare(${name} GIT_REPOSITORY ${url} GIT_TAG ${commit} SOURCE_SUBDIR no-such-folder)
    FetchContent_MakeAvailable(${name})
endmacro()

# Asio 1.36.0. Its headers stand in asio/include up to this version and in include from 1.38.0 on.
function(uplink_fetch_asio)
    set(advice "install libasio-dev (Debian, Ubuntu), asio-devel (Fedora) or asio (vcpkg, Conan, Homebrew), or pass -DUPLINK_ASIO_INCLUDE_DIR=<folder that holds asio.hpp>.")
    uplink_fetch(uplink_asio Asio https://github.com/chriskohlhoff/asio.git 231cb29bab30f82712fcd54faaea42424cc6e710
                 "${advice}")
    set(problem "uplink: Asio is not installed and was not fetched to ${uplink_asio_SOURCE_DIR}: ${advice}")
    foreach(include asio/include include)
        if(EXISTS "${uplink_asio_SOURCE_DIR}/${include}/asio/version.hpp")
            uplink_use_asio_folder(problem "${uplink_asio_SOURCE_DIR}/${include}")
            break()
        endif()
    endforeach()
    if(problem)
        message(FATAL_ERROR "${problem}")
    endif()
endfunction()

# Catch2 3.7.1, as a folder that the compiler takes for the system's.
macro(uplink_fetch_catch2)
    set(uplink_catch2_advice "install catch2, or pass -DUPLINK_BUILD_TESTS=OFF.")
    if(NOT UPLINK_FETCH_DEPENDENCIES)
        message(FATAL_ERROR "uplink: Catch2 was not found: ${uplink_catch2_advice} -DUPLINK_FETCH_DEPENDENCIES=ON allows CMake to fetch it.")
    endif()
    uplink_fetch(uplink_catch2 Catch2 https://github.com/catchorg/Catch2.git fa43b77429ba76c462b1898d6cd2f2d7a9416b14
                 "${uplink_catch2_advice}")
    if(NOT EXISTS "${uplink_catch2_SOURCE_DIR}/CMakeLists.txt")
        message(FATAL_ERROR "uplink: Catch2 is not installed and was not fetched to ${uplink_catch2_SOURCE_DIR}: ${uplink_catch2_advice}")
    endif()
    add_subdirectory("${uplink_catch2_SOURCE_DIR}" "${uplink_catch2_BINARY_DIR}" EXCLUDE_FROM_ALL)
    get_target_property(uplink_catch2_folders Catch2 INTERFACE_INCLUDE_DIRECTORIES)
    set_target_properties(Catch2 PROPERTIES INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${uplink_catch2_folders}")
    list(APPEND CMAKE_MODULE_PATH "${uplink_catch2_SOURCE_DIR}/extras")
endmacro()

# CLI11 2.5.0: the folder of its headers, or nothing if it may not be fetched.
macro(uplink_fetch_cli11 folder)
    uplink_fetch(uplink_cli11 CLI11 https://github.com/CLIUtils/CLI11.git 4160d259d961cd393fd8d67590a8c7d210207348
                 "install libcli11-dev, or pass -DUPLINK_BUILD_EXAMPLES=OFF.")
    set(${folder} "")
    if(EXISTS "${uplink_cli11_SOURCE_DIR}/include/CLI/CLI.hpp")
        set(${folder} "${uplink_cli11_SOURCE_DIR}/include")
    endif()
endmacro()
