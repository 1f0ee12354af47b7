// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// as_tuple, from where this Asio has it.
#pragma once

#if __has_include(<asio/as_tuple.hpp>)
#include <asio/as_tuple.hpp>
using asio::as_tuple;
#else
#include <asio/experimental/as_tuple.hpp>
using asio::experimental::as_tuple;
#endif
