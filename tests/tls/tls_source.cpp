// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What TLS has beside the inside of the clients, compiled once for a program of tests.
#include <uplink/impl/tls_src.hpp>
