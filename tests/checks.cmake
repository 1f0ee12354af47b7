# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# Checks of the tree itself, labelled tree: what a header includes, that each compiles alone and links twice, that
# reference comments have all their parts, that what comments cite can be looked up, that the README's example is the
# file it says, that the pages show what is compiled and lead somewhere, that a project outside can use the library in
# each way the README names, and that unusual ways to compile it are no surprise.
function(add_tree_test name)
    add_test(NAME tree/${name} COMMAND ${UPLINK_BASH} ${ARGN} WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
    set_tests_properties(tree/${name} PROPERTIES LABELS tree TIMEOUT 600)
endfunction()

add_tree_test(includes_run_downwards support/includes_run_downwards.sh ${PROJECT_SOURCE_DIR}/include)
add_tree_test(includes_run_downwards_can_fail support/includes_run_downwards_can_fail.sh)
add_tree_test(reference_comments support/reference_comments.sh ${PROJECT_SOURCE_DIR}/include/uplink/async_client.hpp
              ${PROJECT_SOURCE_DIR}/include/uplink/async_exchange.hpp ${PROJECT_SOURCE_DIR}/include/uplink/tls.hpp
              client/reference_examples_test.cpp client/reference_examples_receive_test.cpp
              client/reference_examples_stream_test.cpp)
add_tree_test(reference_comments_reconnecting support/reference_comments.sh
              ${PROJECT_SOURCE_DIR}/include/uplink/reconnecting_client.hpp reconnecting/reference_examples_test.cpp)
add_tree_test(reference_comments_can_fail support/reference_comments_can_fail.sh)
add_tree_test(cited_faults support/cited_faults.sh ${PROJECT_SOURCE_DIR})
add_tree_test(cited_faults_can_fail support/cited_faults_can_fail.sh)
add_tree_test(readme_example support/readme_example.sh ${PROJECT_SOURCE_DIR})
add_tree_test(pages -c "command -v python3 || exit 77; exec '${PROJECT_SOURCE_DIR}/.ci/pages'")
add_tree_test(pages_can_fail support/pages_can_fail.sh)
set_tests_properties(tree/pages tree/pages_can_fail PROPERTIES SKIP_RETURN_CODE 77)
# What these programs print stands in the guide.
if(TARGET guide_error_table)
    set(guide ${PROJECT_SOURCE_DIR}/examples/guide)
    add_tree_test(error_table -c "diff -u '${guide}/error_table.md' <('$<TARGET_FILE:guide_error_table>')")
    add_tree_test(failures_of_the_guide -c "diff -u '${guide}/failures.txt' <('$<TARGET_FILE:guide_failures>')")
endif()
add_tree_test(header_list package/header_list.sh ${PROJECT_SOURCE_DIR})

# Each header is the first and only thing in a file, twice; one more file has them all; linked together, so that
# whatever is defined once too often shows.
set(headers ${uplink_headers})
list(FILTER headers INCLUDE REGEX "\\.hpp$")
if(NOT TARGET uplink::tls)
    list(FILTER headers EXCLUDE REGEX "/tls")
endif()
set(folder ${CMAKE_CURRENT_BINARY_DIR}/alone)
set(files ${folder}/all.cpp)
set(files_with_net "")
set(all "")
foreach(header IN LISTS headers)
    string(APPEND all "#include <${header}>\n")
    file(CONFIGURE OUTPUT ${folder}/${header}.cpp CONTENT "#include <${header}>\n#include <${header}>\n")
    file(STRINGS ${PROJECT_SOURCE_DIR}/include/${header} includes_net REGEX "^#include <uplink/net\\.hpp>")
    if(includes_net)
        list(APPEND files_with_net ${folder}/${header}.cpp)
    else()
        list(APPEND files ${folder}/${header}.cpp)
    endif()
endforeach()
file(CONFIGURE OUTPUT ${folder}/all.cpp CONTENT "${all}int main() {}\n")
# What begins with Asio in any case may find it precompiled.
add_library(test_headers_with_net OBJECT ${files_with_net})
target_precompile_headers(test_headers_with_net PRIVATE <uplink/net.hpp>)
add_executable(test_headers ${files})
target_link_libraries(test_headers PRIVATE test_headers_with_net)
target_link_libraries(test_headers_with_net PUBLIC uplink_project_options)
if(TARGET uplink::tls)
    target_link_libraries(test_headers_with_net PUBLIC uplink::tls)
endif()
add_library(headers_together OBJECT EXCLUDE_FROM_ALL ${folder}/all.cpp)  # for a quick look with other flags
target_link_libraries(headers_together PRIVATE uplink_project_options)
if(TARGET uplink::tls)
    target_link_libraries(headers_together PRIVATE uplink::tls)
endif()
add_test(NAME tree/headers_compile_alone_and_link_twice COMMAND test_headers)
set_tests_properties(tree/headers_compile_alone_and_link_twice PROPERTIES LABELS tree)

# The README's example talks to a server that is given to it.
if(TARGET example_first)
    add_executable(echo_for package/echo_for.cpp)
    target_link_libraries(echo_for PRIVATE uplink_project_options)
    add_test(NAME example/first COMMAND echo_for $<TARGET_FILE:example_first>)
    set_tests_properties(example/first PROPERTIES PASS_REGULAR_EXPRESSION "^ping\n$" TIMEOUT 300)
    add_dependencies(tests echo_for)
endif()

# What the example has written is read as a browser would.
if(TARGET example_trace_observer)
    add_test(NAME example/trace_observer_json
             COMMAND ${UPLINK_BASH} ${CMAKE_CURRENT_SOURCE_DIR}/support/trace_example.sh $<TARGET_FILE:example_trace_observer>)
    set_tests_properties(example/trace_observer_json PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 300)
endif()

# The example client is what is installed if its component is named, and nothing else.
if(TARGET client AND UPLINK_INSTALL)
    add_tree_test(package_client_component package/client_component.sh ${PROJECT_BINARY_DIR} ${CMAKE_COMMAND})
endif()

# A program of its own, since it has another Asio than all the others.
add_executable(disabled_threads package/disabled_threads.cpp)
target_link_libraries(disabled_threads PRIVATE uplink_project_options)
target_compile_definitions(disabled_threads PRIVATE ASIO_DISABLE_THREADS BOOST_ASIO_DISABLE_THREADS)
add_test(NAME package/disabled_threads COMMAND disabled_threads)
set_tests_properties(package/disabled_threads PROPERTIES TIMEOUT 120)
add_dependencies(tests disabled_threads)

add_tree_test(other_systems package/other_systems.sh ${PROJECT_SOURCE_DIR}/include ${CMAKE_CXX_COMPILER})

# Projects outside get the compiler and the Asio of this build, and nothing else of it.
get_target_property(asio_folders uplink::asio INTERFACE_INCLUDE_DIRECTORIES)
set(asio_folder "")
if(asio_folders)
    list(TRANSFORM asio_folders REPLACE "/$" "")  # the compiler's own folders are written without
    list(REMOVE_ITEM asio_folders ${CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES})
    list(JOIN asio_folders "" asio_folder)
endif()
if(NOT UPLINK_USE_BOOST_ASIO)
    foreach(way plain subdirectory fetch_content installed pkg_config)
        add_tree_test(package_${way} package/use_from_outside.sh ${way} ${PROJECT_SOURCE_DIR} ${CMAKE_CXX_COMPILER}
                      ${CMAKE_COMMAND} ${asio_folder})
    endforeach()
    set_tests_properties(tree/package_pkg_config PROPERTIES SKIP_RETURN_CODE 77)
    add_tree_test(package_single_header package/single_header.sh ${PROJECT_SOURCE_DIR} ${CMAKE_CXX_COMPILER}
                  ${CMAKE_COMMAND} ${asio_folder})
    set_tests_properties(tree/package_single_header PROPERTIES TIMEOUT 1800)  # a dozen programs
    if(TARGET uplink::tls)
        add_tree_test(package_tls package/use_tls_from_outside.sh ${PROJECT_SOURCE_DIR} ${CMAKE_CXX_COMPILER}
                      ${CMAKE_COMMAND} ${asio_folder})
    endif()
    foreach(way hidden_visibility min_and_max_are_macros missing_libraries old_io_uring older_language)
        add_tree_test(package_${way} package/${way}.sh ${PROJECT_SOURCE_DIR}/include ${CMAKE_CXX_COMPILER}
                      ${asio_folder})
    endforeach()
    set_tests_properties(tree/package_missing_libraries PROPERTIES SKIP_RETURN_CODE 77)
    add_tree_test(package_cost package/cost.sh ${PROJECT_SOURCE_DIR} ${CMAKE_CXX_COMPILER} ${asio_folder})
    set(tls plain)
    if(TARGET uplink::tls)
        set(tls tls)
    endif()
    add_tree_test(package_more_warnings package/more_warnings.sh ${PROJECT_SOURCE_DIR}/include ${CMAKE_CXX_COMPILER} ${tls}
                  ${asio_folder})
    # What g++ and clang say of wrong calls; a compiler that is not there is skipped.
    foreach(compiler g++ clang++-16)
        add_tree_test(package_errors_explain_${compiler} package/errors_explain.sh ${PROJECT_SOURCE_DIR}/include ${compiler}
                      ${asio_folder})
        set_tests_properties(tree/package_errors_explain_${compiler} PROPERTIES SKIP_RETURN_CODE 77)
    endforeach()
endif()
