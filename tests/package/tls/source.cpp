// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The one file that compiles the inside of the clients and of TLS, if main.cpp is compiled with UPLINK_SEPARATE_COMPILATION.
#include <uplink/impl/src.hpp>
#include <uplink/impl/tls_src.hpp>
