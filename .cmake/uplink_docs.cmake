# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# The target docs: the reference of the public headers and the pages of examples/guide as one site, in docs/html of the
# build folder. A warning is an error, and so is a link of the site that leads nowhere. The target is built only if it
# is named. The reference comes without detail/, and without the inline namespace that versions have. Each header has a
# page with the comment that it begins with, and each program of examples/ and examples/guide one with its text.
find_package(Doxygen 1.9.4 QUIET)
find_program(UPLINK_PYTHON3 python3)
if(NOT DOXYGEN_FOUND OR NOT UPLINK_PYTHON3)
    add_custom_target(docs COMMAND "${CMAKE_COMMAND}" -E echo
                      "docs: Doxygen 1.9.4 or newer and Python 3 are needed: install doxygen and python3, and configure again."
                      COMMAND "${CMAKE_COMMAND}" -E false VERBATIM)
    return()
endif()
set(docs_folder ${CMAKE_CURRENT_BINARY_DIR}/docs)
set(DOXYGEN_OUTPUT_DIRECTORY ${docs_folder})
set(DOXYGEN_PROJECT_NUMBER ${PROJECT_VERSION})
set(DOXYGEN_USE_MDFILE_AS_MAINPAGE ${PROJECT_SOURCE_DIR}/README.md)
set(DOXYGEN_INPUT_FILTER "${UPLINK_PYTHON3} ${PROJECT_SOURCE_DIR}/.ci/pages --filter")
set(DOXYGEN_EXCLUDE_SYMBOLS detail *::detail *::detail::* std boost)
set(DOXYGEN_STRIP_FROM_PATH ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR})
set(DOXYGEN_STRIP_FROM_INC_PATH ${PROJECT_SOURCE_DIR}/include)
set(DOXYGEN_MACRO_EXPANSION YES)
set(DOXYGEN_ENABLE_PREPROCESSING YES)
set(DOXYGEN_SKIP_FUNCTION_MACROS NO)
set(DOXYGEN_JAVADOC_AUTOBRIEF YES)
set(DOXYGEN_HTML_EXTRA_STYLESHEET ${PROJECT_SOURCE_DIR}/.cmake/docs.css)
set(DOXYGEN_LAYOUT_FILE ${PROJECT_SOURCE_DIR}/.cmake/docs_layout.xml)
set(DOXYGEN_EXAMPLE_PATH ${PROJECT_SOURCE_DIR}/examples ${PROJECT_SOURCE_DIR}/examples/guide)
set(DOXYGEN_WARN_AS_ERROR FAIL_ON_WARNINGS)
set(DOXYGEN_WARN_IF_UNDOCUMENTED YES)
set(DOXYGEN_WARN_IF_INCOMPLETE_DOC NO)  # an overload says what is different
set(DOXYGEN_EXTRACT_ALL NO)
set(DOXYGEN_HIDE_UNDOC_RELATIONS YES)
set(DOXYGEN_SHOW_INCLUDE_FILES NO)
set(DOXYGEN_VERBATIM_HEADERS NO)
set(DOXYGEN_GENERATE_TREEVIEW YES)
set(DOXYGEN_DISABLE_INDEX NO)
set(DOXYGEN_HTML_TIMESTAMP NO)
set(DOXYGEN_TOC_INCLUDE_HEADINGS 0)
set(DOXYGEN_GENERATE_LATEX NO)
set(DOXYGEN_HAVE_DOT NO)
set(DOXYGEN_QUIET YES)
set(DOXYGEN_SORT_MEMBER_DOCS NO)
file(GLOB docs_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/*.hpp ${PROJECT_SOURCE_DIR}/include/uplink/*.hpp
     ${PROJECT_SOURCE_DIR}/include/uplink/testing/*.hpp ${PROJECT_SOURCE_DIR}/examples/guide/*.md)
file(GLOB docs_programs RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS
     ${PROJECT_SOURCE_DIR}/examples/*.[ch]pp ${PROJECT_SOURCE_DIR}/examples/guide/*.[ch]pp)
set(docs_list "")
foreach(docs_program IN LISTS docs_programs)
    get_filename_component(docs_name ${docs_program} NAME)
    string(APPEND docs_list "/** @example ${docs_name} */\n")
endforeach()
file(WRITE ${docs_folder}/programs.dox "${docs_list}")
doxygen_add_docs(docs ${docs_folder}/programs.dox ${PROJECT_SOURCE_DIR}/README.md ${docs_files} COMMENT "Writing ${docs_folder}/html")
add_custom_target(docs_of_before COMMAND "${CMAKE_COMMAND}" -E rm -rf "${docs_folder}/html" VERBATIM)
add_dependencies(docs docs_of_before)
add_custom_command(TARGET docs POST_BUILD COMMAND "${UPLINK_PYTHON3}" "${PROJECT_SOURCE_DIR}/.ci/pages" --site
                   "${docs_folder}/html" VERBATIM)
