# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# uplink_find_openssl(PROBLEM): finds OpenSSL 3.0 or newer, and leaves PROBLEM empty, or says there what to do. Used by
# this project's build and by its installed package alike.
macro(uplink_find_openssl problem)
    set(${problem} "")
    if(NOT TARGET OpenSSL::SSL)
        find_package(OpenSSL 3.0 QUIET)
    endif()
    if(NOT TARGET OpenSSL::SSL)
        set(${problem} "uplink: <uplink/tls.hpp> needs OpenSSL 3.0 or newer, which was not found: install libssl-dev (Debian, Ubuntu), openssl-devel (Fedora) or openssl (vcpkg, Conan, Homebrew), or set OPENSSL_ROOT_DIR.")
    endif()
endmacro()
