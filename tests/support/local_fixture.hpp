// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the tests of clients of local (Unix domain) sockets share: a fixture with a folder, and a server that accepts
// nobody.
#pragma once

#include "support/catch.hpp"
#include "support/client_test.hpp"
#include "support/local_clients.hpp"

#include <chrono>
#include <filesystem>
#include <string>

namespace uplink::tests {

class local_test : public client_test {
public:
    local_test();
    ~local_test();

    std::string file(const std::string& name) const { return (folder / name).string(); }

    /// With what error a connect to the path ends.
    template <class Path> completion connect_to(const Path& path) {
        local_client client(io);
        completion connected;
        client.async_connect(path, std::chrono::seconds(20), record(connected));
        run();
        CHECK(client.is_open() == !connected.ec);
        return connected;
    }

    std::filesystem::path folder{};
};

/// Listens and accepts nobody.
class busy_listener {
public:
    busy_listener(const std::string& path, int backlog);
    ~busy_listener();
    busy_listener(const busy_listener&) = delete;
    busy_listener& operator=(const busy_listener&) = delete;

    int accept() const;

private:
    int descriptor_;
};

extern template completion local_test::connect_to(const std::string& path);

}  // namespace uplink::tests
