// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A TLS session without memory for its ciphertext. operator new[] of the whole program is replaced here: the queues of
// ciphertext use it.
#include <uplink/detail/tls/tls_session.hpp>

#include "support/catch.hpp"
#include "tls/tls_pair.hpp"

#include <cstddef>
#include <cstdlib>
#include <new>

namespace uplink::tests {

namespace {

thread_local bool has_no_memory = false;

void* allocate(std::size_t size) noexcept {
    return has_no_memory ? nullptr : std::malloc(size == 0 ? 1 : size);
}

/// While it lives this thread's operator new[] fails.
struct failing_new {
    failing_new() noexcept { has_no_memory = true; }
    failing_new(const failing_new&) = delete;
    failing_new& operator=(const failing_new&) = delete;
    ~failing_new() { has_no_memory = false; }
};

}  // namespace

}  // namespace uplink::tests

void* operator new[](std::size_t size) {
    if (void* memory = uplink::tests::allocate(size)) return memory;
    throw std::bad_alloc();
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
    return uplink::tests::allocate(size);
}
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }

namespace uplink::tests {

using detail::tls_state;

TEST_CASE("TLS session: what can't be written for want of memory is no_memory, behind close_notify too") {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        for (const bool has_ended : {false, true}) {
            INFO("version " << version << (has_ended ? ", behind close_notify" : ""));
            tls_pair pair(version);
            REQUIRE(pair.shake_hands());
            if (has_ended) pair.server->shut_down();
            tls_pair::move(*pair.server, *pair.client, 0, [] {});
            CHECK(tls_pair::read_all(*pair.client).state ==
                  (has_ended ? tls_state::ended : tls_state::needs_input));
            pair.client->output().shrink();
            detail::tls_result written;
            {
                const failing_new fails;
                written = pair.client->write(net::buffer("x", 1));
            }
            CHECK(written.state == tls_state::failed);
            CHECK(written.bytes == 0);
            CHECK(pair.client->failure() == net::error::no_memory);
            CHECK(pair.client->write(net::buffer("x", 1)).state == tls_state::failed);
        }
    }
}

}  // namespace uplink::tests
