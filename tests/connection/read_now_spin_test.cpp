// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Reads that are made again and again: what ends them, and when one is enough.
#include <uplink/detail/connection/read_now.hpp>

#include "support/catch.hpp"

#include <array>
#include <chrono>
#include <cstddef>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

/// Has nothing for some reads, for one of the reasons that say nothing, and then `result` and n bytes.
struct patient_stream {
    int empty_reads = 0;
    error_code result{};
    std::size_t n = 1;
    int reads = 0;

    std::size_t read_some(const net::mutable_buffer&, error_code& ec) {
        static const std::array<error_code, 3> nothing{net::error::would_block, net::error::try_again,
                                                       net::error::interrupted};
        ec = reads < empty_reads ? nothing[static_cast<std::size_t>(reads % 3)] : result;
        return reads++ < empty_reads ? 0 : n;
    }
};

/// Has nothing for ever; so that a read that goes on for ever is seen, it fails after ten seconds.
struct empty_stream {
    steady::time_point give_up = steady::now() + 10s;
    std::size_t read_some(const net::mutable_buffer&, error_code& ec) const {
        ec = steady::now() < give_up ? net::error::would_block : net::error::timed_out;
        return 0;
    }
};

struct stream_that_waits {};

struct simulated_clock {};

struct fake_receive {
    struct deadline {
        bool linked = false;
        steady::time_point at{};
        bool is_linked() const noexcept { return linked; }
    };
    deadline limit{};
    deadline idle{};
};
constexpr fake_receive::deadline passed{true, steady::time_point::min()};

/// Spins for `time` at most.
template <class Clock = steady, class Stream>
std::size_t spin(Stream& stream, std::chrono::nanoseconds time, error_code& ec,
                 const fake_receive& receive = {}) {
    char byte = 0;
    return detail::spin_read<Clock>(stream, net::buffer(&byte, 1), ec, time, receive);
}

}  // namespace

TEST_CASE("a spinning read goes on until there are bytes, an end or an error") {
    error_code ec;
    patient_stream stream{.empty_reads = 10};
    SECTION("bytes") {
        CHECK(spin(stream, 1h, ec) == 1);
        CHECK_FALSE(ec);
    }
    SECTION("an end or an error") {
        stream.n = 0;
        stream.result = GENERATE(as<error_code>(), net::error::eof, net::error::connection_reset);
        CHECK(spin(stream, 1h, ec) == 0);
        CHECK(ec == stream.result);
    }
    CHECK(stream.reads == 11);
}

TEST_CASE("a spinning read that finds nothing ends after its time, not before") {
    error_code ec;
    empty_stream stream;
    const auto began = steady::now();
    CHECK(spin(stream, 1ms, ec) == 0);
    CHECK(ec == net::error::would_block);
    CHECK(steady::now() - began >= 1ms);
}

TEST_CASE("a spinning read ends at each deadline of its receive, after one try at least") {
    error_code ec;
    patient_stream stream{.empty_reads = 10};
    fake_receive receive;
    SECTION("the limit") { receive.limit = passed; }
    SECTION("the idle limit") { receive.idle = passed; }
    SECTION("the limit, though the idle limit is later") {
        receive = {passed, {true, steady::time_point::max()}};
    }
    CHECK(spin(stream, 1h, ec, receive) == 0);
    CHECK(ec == net::error::would_block);
    CHECK(stream.reads == 1);
}

TEST_CASE("a deadline that is not set or is later than the time ends no spinning read") {
    error_code ec;
    patient_stream stream{.empty_reads = 10};
    const fake_receive receive{{false, steady::time_point::min()}, {true, steady::time_point::max()}};
    CHECK(spin(stream, 1h, ec, receive) == 1);
    CHECK(stream.reads == 11);
}

TEST_CASE("a read without a time to spin, or in simulated time, is made once") {
    error_code ec;
    patient_stream stream{.empty_reads = 10};
    CHECK(spin(stream, 0ns, ec) == 0);
    CHECK(stream.reads == 1);
    CHECK(spin<simulated_clock>(stream, 1h, ec) == 0);
    CHECK(stream.reads == 2);
}

TEST_CASE("a stream that cannot read without waiting ends a spinning read at once") {
    stream_that_waits stream;
    error_code ec;
    CHECK(spin(stream, 1h, ec) == 0);
    CHECK(ec == net::error::operation_not_supported);
}

}  // namespace uplink::tests
