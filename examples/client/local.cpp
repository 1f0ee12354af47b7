// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The client over a local socket.
#include "run.hpp"
#include "streams.hpp"

#include <uplink/async_client.hpp>

int tool::run_local(const arguments& how, console& out) {
    asio::io_context io;
    return run(io, uplink::local_client(io, how.options), how, out);
}
