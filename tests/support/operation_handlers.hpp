// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Handlers that throw, or that own something and have a slot, and the operations of a scripted client with them, compiled
// once in operation_handlers.cpp. See recorded_operations.hpp.
#pragma once

#include "support/counted_memory.hpp"
#include "support/scripted_stream.hpp"

#include <memory>
#include <string>
#include <utility>

namespace uplink::tests {

struct moved_once_too_often {};

/// Throws when it is moved or copied for the nth time.
struct throwing_handler {
    using allocator_type = counted_memory<char>;

    memory_account* account;
    int* moves_left;
    int* calls;

    throwing_handler(memory_account& to, int& moves, int& called)
        : account(&to), moves_left(&moves), calls(&called) {}
    throwing_handler(const throwing_handler& other)
        : account(other.account), moves_left(other.moves_left), calls(other.calls) {
        if ((*moves_left)-- == 0) throw moved_once_too_often();
    }
    allocator_type get_allocator() const noexcept { return allocator_type(*account); }
    template <class... Values> void operator()(Values&&...) const { ++*calls; }
};

/// Records, and owns something until it is destroyed.
class slotted_owner : public slotted_recorder {
public:
    slotted_owner(completion& to, net::cancellation_signal& signal, std::shared_ptr<void> owned) noexcept
        : slotted_recorder(to, signal), owned_(std::move(owned)) {}

private:
    std::shared_ptr<void> owned_;
};

/// Starts one of each operation.
template <class Client, class Handler> void start_one(int which, Client& client, Handler handler) {
    static std::string buffer(3, ' ');
    if (which == 0) client.async_receive(std::move(handler));
    if (which == 1) client.async_receive_until("\n", std::move(handler));
    if (which == 2) client.async_read_some(net::buffer(buffer), std::move(handler));
    if (which == 3) client.async_send(std::string("behind"), std::move(handler));
    if (which == 4) client.async_shutdown_send(std::move(handler));
    if (which == 5) client.async_drain(std::move(handler));
    if (which == 6) client.async_exchange(std::string("x"), std::move(handler));
    if (which == 7) client.async_close(std::move(handler));
}
inline constexpr int one_of_each = 8;

}  // namespace uplink::tests

/// `PREFIX` is extern, or nothing.
#define UPLINK_TESTS_START_ONE(PREFIX)                                                                       \
    PREFIX template void start_one(int, scripted_client<>::client_type&, throwing_handler);                  \
    PREFIX template void start_one(int, scripted_client<>::client_type&, slotted_owner)

namespace uplink::tests {

UPLINK_TESTS_START_ONE(extern);

}  // namespace uplink::tests
