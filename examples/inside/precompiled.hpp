// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the examples include, precompiled for all of them; each includes what it uses all the same.
#pragma once

#include <uplink.hpp>
#include <uplink/testing/network.hpp>

#include <asio/co_spawn.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>

#include <iostream>
