// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The memory of the pending receive, inside the heart of a client.

#include <uplink/detail/client/client_core.hpp>
#include <uplink/detail/client/initiation.hpp>

#include "support/catch.hpp"
#include "support/executor_clients.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

namespace uplink::tests {

TEST_CASE("the one receive that is pending has its place inside the client") {
    using namespace uplink::detail;
    using core_type = context_core;
    using operation_type = receive_framed<core_type, uplink::delimited>;
    net::io_context io;
    const auto core = std::make_shared<core_type>(io.get_executor(), no_layer_options{},
                                                  uplink::client_options{}, uplink::received_bytes{});
    const auto* begin = reinterpret_cast<const std::byte*>(core.get());
    auto memory = detail::memory_for<operation_type>(*core);
    std::allocator_traits<decltype(memory)>::rebind_alloc<std::byte> allocator(memory);
    const auto gives_the_place = [&] {
        std::byte* place = allocator.allocate(1);
        const bool is_inside =
            std::less_equal<>()(begin, place) && std::less<>()(place, begin + sizeof(core_type));
        allocator.deallocate(place, 1);
        return is_inside;
    };
    CHECK(gives_the_place());
    int calls = 0;
    bool is_free_within = false;
    bool* const flag = &is_free_within;
    const auto handler = [&calls, flag, &gives_the_place](error_code, std::string_view) {
        ++calls;
        *flag = gives_the_place();
    };
    launch<operation_type>(
        *core, handler, [](auto& admission, auto& made) { admission.receive(made, core_type::time_limit()); },
        uplink::delimited{"\n"});
    CHECK_FALSE(gives_the_place());  // taken, and a second one does without
    io.run();
    CHECK(calls == 1);
    CHECK(is_free_within);
}

}  // namespace uplink::tests
