# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# What the system lacks, fetched by commit into the build folder. Only for uplink's own tests and examples: a
# project that uses uplink brings its Asio. (FetchContent ends the configuration by itself when it fails; this says
# which package to install instead. It also gets the one commit alone, without the history.)
function(uplink_fetch result name url commit advice)
    set(folder ${CMAKE_BINARY_DIR}/_deps/${name}-${commit})
    if(NOT EXISTS ${folder}/.complete)
        message(STATUS "uplink: fetching ${name} ${commit} from ${url}")
        find_program(UPLINK_GIT git)
        set(failed "git is not installed")
        if(UPLINK_GIT)
            file(REMOVE_RECURSE ${folder})
            execute_process(COMMAND ${UPLINK_GIT} init --quiet ${folder}
                            COMMAND_ERROR_IS_FATAL ANY)
            execute_process(COMMAND ${UPLINK_GIT} -C ${folder} fetch --quiet --depth 1 ${url} ${commit}
                            RESULT_VARIABLE failed)
            if(failed EQUAL 0)
                execute_process(COMMAND ${UPLINK_GIT} -C ${folder} checkout --quiet FETCH_HEAD
                                RESULT_VARIABLE failed)
            endif()
        endif()
        if(NOT failed EQUAL 0)
            message(FATAL_ERROR "uplink: ${name} is not installed and could not be fetched (${failed}): ${advice}")
        endif()
        file(TOUCH ${folder}/.complete)
    endif()
    set(${result} ${folder} PARENT_SCOPE)
endfunction()

# Asio 1.36.0. Its headers stand in asio/include up to this version and in include from 1.38.0 on.
function(uplink_fetch_asio)
    set(advice "install libasio-dev, or pass -DUPLINK_ASIO_INCLUDE_DIR=<folder that holds asio.hpp>.")
    uplink_fetch(folder Asio https://github.com/chriskohlhoff/asio.git
                 231cb29bab30f82712fcd54faaea42424cc6e710 "${advice}")
    set(problem "${advice}")
    foreach(include asio/include include)
        if(EXISTS ${folder}/${include}/asio/version.hpp)
            uplink_use_asio_folder(problem ${folder}/${include})
            break()
        endif()
    endforeach()
    if(problem)
        message(FATAL_ERROR "${problem}")
    endif()
endfunction()

# Catch2 3.7.1.
macro(uplink_fetch_catch2)
    uplink_fetch(uplink_catch2_folder Catch2 https://github.com/catchorg/Catch2.git
                 fa43b77429ba76c462b1898d6cd2f2d7a9416b14 "install catch2, or pass -DUPLINK_BUILD_TESTS=OFF.")
    add_subdirectory(${uplink_catch2_folder} ${CMAKE_BINARY_DIR}/_deps/catch2-build EXCLUDE_FROM_ALL SYSTEM)
    list(APPEND CMAKE_MODULE_PATH ${uplink_catch2_folder}/extras)
endmacro()
