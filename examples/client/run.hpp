// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The client over one kind of stream. Each kind is compiled in a file of its own: the client inside takes a compiler
// some seconds.
#pragma once

#include "arguments.hpp"
#include "console.hpp"
#include "reconnecting_lines.hpp"
#include "transfer.hpp"

#include <asio/io_context.hpp>

namespace tool {

template <template <class> class Kind, class Client>
int run_as(asio::io_context& io, Client&& client, const arguments& how, console& out) {
    Kind<Client> work(io, std::move(client), how, out);
    work.start();
    io.run();
    return work.conclude();
}

template <class Client> int run(asio::io_context& io, Client client, const arguments& how, console& out) {
    if (how.reconnect) return run_as<reconnecting_lines>(io, std::move(client), how, out);
    return run_as<transfer>(io, std::move(client), how, out);
}

}  // namespace tool
