# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# cmake -DINCLUDE=<folder> -DOUTPUT=<file> -P single_header.cmake: writes one header that has everything of <uplink.hpp>,
# which is all but TLS and the headers for tests: each header of the library stands where it is included first, once, and
# no other includes are touched. The text is cut by string commands alone, since lists of CMake would lose semicolons
# and brackets of it.
set_property(GLOBAL PROPERTY uplink_text "")

function(uplink_write text)
    set_property(GLOBAL APPEND_STRING PROPERTY uplink_text "${text}")
endfunction()

# Writes a header with the library's headers that it includes, unless it has been written already.
function(uplink_write_header header)
    get_property(is_written GLOBAL PROPERTY "uplink_wrote_${header}")
    if(is_written)
        return()
    endif()
    set_property(GLOBAL PROPERTY "uplink_wrote_${header}" TRUE)
    file(READ "${INCLUDE}/${header}" text)
    string(REPLACE "// Distributed under the Boost Software License, Version 1.0 (see LICENSE).\n//\n" "" text "${text}")
    string(REPLACE "#pragma once\n" "" text "${text}")
    string(PREPEND text "// --- <${header}> ---\n")
    while(text MATCHES "#include <(uplink[a-z0-9_/]*\\.(hpp|ipp))>[^\n]*\n")
        set(line "${CMAKE_MATCH_0}")
        set(included "${CMAKE_MATCH_1}")
        string(FIND "${text}" "${line}" begin)
        string(LENGTH "${line}" length)
        math(EXPR end "${begin} + ${length}")
        string(SUBSTRING "${text}" 0 ${begin} before)
        string(SUBSTRING "${text}" ${end} -1 text)
        uplink_write("${before}")
        uplink_write_header("${included}")
    endwhile()
    uplink_write("${text}")
endfunction()

uplink_write([=[
// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// uplink in one header, made by the CMake target single_header: everything of <uplink.hpp>, which is all but TLS and the
// headers for tests. It needs Asio and nothing else. A source file includes either this header or <uplink/...>, never
// both.
#pragma once

#if defined(UPLINK_NAMESPACE)
#error "uplink: this file includes <uplink_single_header.hpp> and <uplink/...>: use one of the two"
#endif
#if defined(UPLINK_SEPARATE_COMPILATION)
#error "uplink: UPLINK_SEPARATE_COMPILATION needs <uplink/...> in place of <uplink_single_header.hpp>"
#endif

]=])
uplink_write_header(uplink.hpp)
uplink_write("#define UPLINK_DETAIL_SINGLE_HEADER\n")
get_property(text GLOBAL PROPERTY uplink_text)
file(WRITE "${OUTPUT}" "${text}")
