// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Asio's own functions, compiled once for all tests.
#if defined(UPLINK_USE_BOOST_ASIO)
#include <boost/asio/impl/src.hpp>
#else
#include <asio/impl/src.hpp>
#endif
