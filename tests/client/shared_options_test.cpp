// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client keeps whatever option is not the default.

#include "support/catch.hpp"

#include <uplink/detail/client/shared_options.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using uplink::detail::is_same;
using uplink::detail::shared_options;

struct no_names : uplink::name_resolver {
    void resolve(const uplink::lookup_question&, std::function<void(uplink::lookup_answer)>) override {}
};

TEST_CASE("options that are the default are not stored, and are the default") {
    const shared_options stored{client_options()};
    CHECK(stored.is_default());
    CHECK(stored.get().max_receive == client_options().max_receive);
    CHECK(stored.get().socket.no_delay);
}

TEST_CASE("an option that is not the default is kept") {
    const std::vector<std::function<void(client_options&)>> changes{
        [](auto& o) { o.connect.timeout = 1s; },
        [](auto& o) { o.connect.attempt_delay = 1s; },
        [](auto& o) { o.connect.resolution_delay = 1s; },
        [](auto& o) { o.connect.first_family_count = 2; },
        [](auto& o) { o.connect.max_parallel_attempts = 2; },
        [](auto& o) { o.connect.family = uplink::address_family::v4; },
        [](auto& o) { o.connect.local_address = "127.0.0.1"; },
        [](auto& o) { o.connect.local_port = 1; },
        [](auto& o) { o.connect.network_interface = "lo"; },
        [](auto& o) { o.connect.families_apart = true; },
        [](auto& o) { o.connect.resolver = std::make_shared<no_names>(); },
        [](auto& o) { o.socket.no_delay = false; },
        [](auto& o) { o.socket.keep_alive.emplace(); },
        [](auto& o) { o.socket.user_timeout = 1s; },
        [](auto& o) { o.socket.send_buffer = 1; },
        [](auto& o) { o.socket.receive_buffer = 1; },
        [](auto& o) { o.socket.dscp = 0; },
        [](auto& o) { o.socket.reset_on_close = true; },
        [](auto& o) { o.socket.before_connect = [](auto, const auto&) { return uplink::error_code(); }; },
        [](auto& o) { o.idle_timeout = 1s; },
        [](auto& o) { o.close_timeout = 1s; },
        [](auto& o) { o.max_receive = 1; },
        [](auto& o) { o.receive_spin = 1us; },
        [](auto& o) { o.send_queue.limit = 1; },
        [](auto& o) { o.send_queue.low_water = 1; },
        [](auto& o) { o.proxy = uplink::socks5_proxy{}; },
        [](auto& o) { o.proxy = uplink::http_proxy{}; },
    };
    for (std::size_t i = 0; i != changes.size(); ++i) {
        INFO("change " << i);
        client_options options;
        changes[i](options);
        const client_options copy = options;
        const shared_options stored(std::move(options));
        CHECK_FALSE(stored.is_default());
        // Everything is there: without the change it is the default again.
        client_options kept = stored.get();
        CHECK(kept.connect.timeout == copy.connect.timeout);
        CHECK(kept.connect.local_address == copy.connect.local_address);
        CHECK(kept.socket.dscp == copy.socket.dscp);
        CHECK(kept.send_queue.limit == copy.send_queue.limit);
        CHECK(kept.proxy.index() == copy.proxy.index());
    }
}

TEST_CASE("keep-alive options are compared one by one") {
    const uplink::keep_alive_options plain;
    CHECK(is_same(plain, plain));
    for (auto change : {+[](uplink::keep_alive_options& o) { o.idle = 1s; },
                        +[](uplink::keep_alive_options& o) { o.interval = 1s; },
                        +[](uplink::keep_alive_options& o) { o.count = 1; }}) {
        uplink::keep_alive_options other;
        change(other);
        CHECK_FALSE(is_same(plain, other));
    }
}

}  // namespace

}  // namespace uplink::tests
