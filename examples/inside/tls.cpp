// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The inside of TLS, compiled once for all examples that use it.
#include <uplink/impl/tls_src.hpp>
