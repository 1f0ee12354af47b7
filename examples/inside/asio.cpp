// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Asio's own functions, compiled once for all examples.
#include <asio/impl/src.hpp>
