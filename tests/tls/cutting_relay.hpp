// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// An attacker in between, who can't read what passes, and sees where each TLS record ends (RFC 8446, section 5.1): the
// relay takes so many records of the server to the client, and then ends the client's connection. It listens on a free
// port of 127.0.0.1, takes one connection after the other, and has a thread of its own.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>

namespace uplink::tests {

class cutting_relay {
public:
    explicit cutting_relay(std::uint16_t server);
    ~cutting_relay();
    cutting_relay(const cutting_relay&) = delete;
    cutting_relay& operator=(const cutting_relay&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    /// From the next connection on.
    void cut_after(std::size_t records) { most_ = records; }
    /// On the last connection. Certain once the client has seen its end.
    std::size_t passed() const { return passed_; }

private:
    void serve();
    void relay(int client);
    /// False at the end.
    bool pass_records(int server, int client, std::string& waiting);

    const std::uint16_t server_port_;
    std::uint16_t port_ = 0;
    int listener_ = -1;
    std::atomic<std::size_t> most_ = static_cast<std::size_t>(-1);
    std::atomic<std::size_t> passed_ = 0;
    std::thread thread_{};
};

}  // namespace uplink::tests
