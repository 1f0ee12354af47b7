// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// For tests that a script runs in a network namespace with a cable to another one, in which their peers are: what the
// script says by the environment, and sockets there.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <thread>

namespace uplink::tests {

/// Empty if it is not set.
inline std::string from_environment(const char* name) {
    const char* const value = std::getenv(name);
    return value != nullptr ? value : "";
}

/// A listening socket at that address, with a port of the system's, in the namespace UPLINK_PEERS_NAMESPACE (a path of
/// /proc). A socket belongs to the namespace of the thread that makes it. -1 on failure; `backlog` as of listen().
inline int listen_in_other_namespace(const std::string& address, int backlog = 1) {
    int listening = -1;
    std::thread([&] {
        const int home = ::open(from_environment("UPLINK_PEERS_NAMESPACE").c_str(), O_RDONLY | O_CLOEXEC);
        if (home < 0) return;
        const bool there = ::setns(home, CLONE_NEWNET) == 0;
        ::close(home);
        if (!there) return;
        sockaddr_in place{};
        place.sin_family = AF_INET;
        ::inet_pton(AF_INET, address.c_str(), &place.sin_addr);
        const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const int buffer = 262144;  // so that it is soon full
        ::setsockopt(made, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
        if (::bind(made, reinterpret_cast<const sockaddr*>(&place), sizeof(place)) == 0 &&
            ::listen(made, backlog) == 0)
            listening = made;
        else ::close(made);
    }).join();
    return listening;
}

}  // namespace uplink::tests
