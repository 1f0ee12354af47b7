// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// For tests of the simulated network itself: a socket that is connected to an endpoint, and reads and
// writes whose results are kept.
#pragma once

#include <uplink/testing/network.hpp>

#include "support/completion.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace uplink::tests {

class simulated_connection {
    /// Kept by the handlers, which may run when the connection is gone.
    struct results {
        completion connect{};
        completion read{};
        completion write{};
        std::string storage{};
    };
    std::shared_ptr<results> results_ = std::make_shared<results>();

public:
    explicit simulated_connection(testing::network& where, const std::string& to = "192.0.2.1:80")
        : network(where), socket(where.get_executor()), remote(testing::detail::parse_endpoint(to)) {
        if (socket.open_socket(remote, {}, {})) return;
        socket.async_connect(remote, [kept = results_](error_code ec) { kept->connect.set(ec); });
    }

    /// Runs until it is connected, and no further.
    bool wait() {
        return network.run_until([this] { return connect.calls != 0; }) && !connect.ec;
    }

    void start_read(std::size_t size = 1000) {
        read = {};
        storage.assign(size, '\0');
        socket.async_read_some(net::buffer(storage),
                               [kept = results_](error_code ec, std::size_t n) { kept->read.set(ec, n); });
    }
    void start_write(std::string_view bytes) {
        write = {};
        socket.async_write_some(net::buffer(bytes.data(), bytes.size()),
                                [kept = results_](error_code ec, std::size_t n) { kept->write.set(ec, n); });
    }

    /// Reads, and runs until that has given something.
    std::string read_all_there_is(std::size_t size = 1000) {
        start_read(size);
        network.run_until([this] { return read.calls != 0; });
        return storage.substr(0, read.n);
    }

    testing::network& network;
    testing::socket socket;
    net::ip::tcp::endpoint remote;
    completion& connect = results_->connect;
    completion& read = results_->read;
    completion& write = results_->write;
    std::string& storage = results_->storage;
};

}  // namespace uplink::tests
