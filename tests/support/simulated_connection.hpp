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
    std::shared_ptr<results> results_;

public:
    explicit simulated_connection(testing::network& where, const std::string& to = "192.0.2.1:80");
    ~simulated_connection();

    /// Runs until it is connected, and no further.
    bool wait();

    void start_read(std::size_t size = 1000);
    void start_write(std::string_view bytes);

    /// Reads, and runs until that has given something.
    std::string read_all_there_is(std::size_t size = 1000);

    testing::network& network;
    testing::socket socket;
    net::ip::tcp::endpoint remote;
    completion& connect = results_->connect;
    completion& read = results_->read;
    completion& write = results_->write;
    std::string& storage = results_->storage;
};

}  // namespace uplink::tests
