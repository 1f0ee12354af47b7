// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The inside of TLS and of the usual clients over it, compiled once for a program of tests.
#include <uplink/impl/tls_src.hpp>
