// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What every client on Asio shares: the socket, on the io_context's own executor type, and where the server is.
// The measured programs expect no errors: the first one ends the run.
#pragma once

#include "../workloads.hpp"

#include <asio/basic_stream_socket.hpp>
#include <asio/error.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <stdexcept>
#include <string>
#include <system_error>

namespace uplink::benchmark {

using executor = asio::io_context::executor_type;
using asio_socket = asio::basic_stream_socket<asio::ip::tcp, executor>;

inline asio::ip::tcp::endpoint server_at(std::uint16_t port) {
    return {asio::ip::address_v4::loopback(), port};
}

inline void check(const std::error_code& ec, const char* step) {
    if (ec) throw std::system_error(ec, step);
}
inline void check_size(std::uint64_t found, std::uint64_t expected, const char* step) {
    if (found != expected)
        throw std::runtime_error(std::string(step) + ": " + std::to_string(found) + " bytes");
}

}  // namespace uplink::benchmark
