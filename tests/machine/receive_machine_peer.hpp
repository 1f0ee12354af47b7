// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The system's side of a connection as the random test of the receive machine has it: a stream of numbered bytes that
// arrive a few at a time and end somewhere, in one of several ways. It also has the random numbers.
#pragma once

#include <uplink/detail/machine/outcome.hpp>
#include <uplink/net.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace uplink::tests {

class receive_chances {
public:
    explicit receive_chances(std::uint64_t seed) : numbers_(seed) {}

    std::size_t below(std::size_t end) { return static_cast<std::size_t>(numbers_() % end); }
    std::size_t from_to(std::size_t first, std::size_t last) { return first + below(last - first + 1); }
    /// Once in n.
    bool once_in(std::size_t n) { return below(n) == 0; }

private:
    std::mt19937_64 numbers_;
};

class receive_peer {
public:
    explicit receive_peer(receive_chances& chances) : chances_(chances), total_(chances.below(24)) {
        end_ = static_cast<end_kind>(chances.below(5));
        is_half_closed_ = chances.once_in(4);
    }

    /// More bytes come, or the end.
    void arrive() {
        if (arrived_ == total_) has_ended_ = end_ != end_kind::none;
        else arrived_ += chances_.from_to(1, total_ - arrived_);
    }
    std::size_t available() const { return arrived_ - taken_; }
    std::size_t taken() const { return taken_; }
    bool has_something() const { return available() != 0 || has_ended_; }

    /// What a read that does not wait would show.
    error_code peek() const {
        if (available() != 0) return {};
        if (!has_ended_) return net::error::would_block;
        if (end_ == end_kind::reset) return net::error::connection_reset;
        return end_ == end_kind::broken ? net::error::host_unreachable : error_code(net::error::eof);
    }
    /// Some of the bytes that have come, and never more than `room`.
    std::vector<std::size_t> read(std::size_t room, error_code& ec) {
        ec = peek();
        std::vector<std::size_t> bytes;
        if (ec || room == 0) return bytes;
        const std::size_t most = std::min(room, available());
        const std::size_t n = chances_.once_in(3) ? chances_.from_to(1, most) : most;
        for (std::size_t i = 0; i != n; ++i) bytes.push_back(taken_++);
        return bytes;
    }

    void start_write() { is_writing_ = !is_half_closed_; }
    void end_write() { is_writing_ = false; }
    bool is_writing() const { return is_writing_; }
    detail::end_facts facts() const {
        detail::end_facts facts;
        facts.peer_gone = has_ended_ && end_ != end_kind::orderly;
        facts.write_in_flight = is_writing_;
        facts.write_side_ended = is_half_closed_;
        return facts;
    }

private:
    enum class end_kind : unsigned char { none, orderly, gone, reset, broken };

    receive_chances& chances_;
    std::size_t total_;
    std::size_t arrived_ = 0;
    std::size_t taken_ = 0;
    end_kind end_ = end_kind::none;
    bool has_ended_ = false;
    bool is_writing_ = false;
    bool is_half_closed_ = false;
};

}  // namespace uplink::tests
