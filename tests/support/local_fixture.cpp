// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/local_fixture.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>

namespace uplink::tests {

local_test::local_test() {
    std::string name = (std::filesystem::temp_directory_path() / "uplinkXXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder = name;
}

local_test::~local_test() { std::filesystem::remove_all(folder); }

busy_listener::busy_listener(const std::string& path, int backlog)
    : descriptor_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(descriptor_, backlog) == 0);
}

busy_listener::~busy_listener() { ::close(descriptor_); }

int busy_listener::accept() const { return ::accept(descriptor_, nullptr, nullptr); }

template completion local_test::connect_to(const std::string& path);

}  // namespace uplink::tests
