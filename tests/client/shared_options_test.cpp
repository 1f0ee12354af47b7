// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client keeps whatever option is not the default.

#include "support/catch.hpp"

#include <uplink/detail/client/shared_options.hpp>
#include <uplink/observer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;
using detail::is_same;
using detail::shared_options;

namespace {

struct no_names : name_resolver {
    void resolve(const lookup_question&, std::function<void(lookup_answer)>) override {}
};

}  // namespace

TEST_CASE("options that are the default are not stored, and are the default") {
    const shared_options stored{client_options()};
    CHECK(stored.is_default());
    CHECK(stored.get().max_receive == client_options().max_receive);
    CHECK(stored.get().socket.no_delay);
}

TEST_CASE("an option that is not the default is kept") {
    struct option {
        std::function<void(client_options&)> change;
        std::function<bool(const client_options&)> is_changed;
    };
    const std::vector<option> options{
        {[](auto& o) { o.connect.timeout = 1s; }, [](const auto& o) { return o.connect.timeout == 1s; }},
        {[](auto& o) { o.connect.attempt_delay = 1s; },
         [](const auto& o) { return o.connect.attempt_delay == 1s; }},
        {[](auto& o) { o.connect.resolution_delay = 1s; },
         [](const auto& o) { return o.connect.resolution_delay == 1s; }},
        {[](auto& o) { o.connect.first_family_count = 2; },
         [](const auto& o) { return o.connect.first_family_count == 2; }},
        {[](auto& o) { o.connect.max_parallel_attempts = 2; },
         [](const auto& o) { return o.connect.max_parallel_attempts == 2; }},
        {[](auto& o) { o.connect.family = address_family::v4; },
         [](const auto& o) { return o.connect.family == address_family::v4; }},
        {[](auto& o) { o.connect.local_addresses = {"127.0.0.1"}; },
         [](const auto& o) { return o.connect.local_addresses.size() == 1; }},
        {[](auto& o) { o.connect.local_port = 1; }, [](const auto& o) { return o.connect.local_port == 1; }},
        {[](auto& o) { o.connect.network_interface = "lo"; },
         [](const auto& o) { return o.connect.network_interface == "lo"; }},
        {[](auto& o) { o.connect.families_apart = true; },
         [](const auto& o) { return o.connect.families_apart; }},
        {[](auto& o) { o.connect.resolver = std::make_shared<no_names>(); },
         [](const auto& o) { return o.connect.resolver != nullptr; }},
        {[](auto& o) { o.socket.no_delay = false; }, [](const auto& o) { return !o.socket.no_delay; }},
        {[](auto& o) { o.socket.keep_alive.emplace(); },
         [](const auto& o) { return o.socket.keep_alive.has_value(); }},
        {[](auto& o) { o.socket.user_timeout = 1s; },
         [](const auto& o) { return o.socket.user_timeout == 1s; }},
        {[](auto& o) { o.socket.dead_after = 3s; }, [](const auto& o) { return o.socket.dead_after == 3s; }},
        {[](auto& o) { o.socket.send_buffer = 1; }, [](const auto& o) { return o.socket.send_buffer == 1; }},
        {[](auto& o) { o.socket.receive_buffer = 1; },
         [](const auto& o) { return o.socket.receive_buffer == 1; }},
        {[](auto& o) { o.socket.dscp = 0; }, [](const auto& o) { return o.socket.dscp == 0; }},
        {[](auto& o) { o.socket.reset_on_close = true; },
         [](const auto& o) { return o.socket.reset_on_close; }},
        {[](auto& o) { o.socket.before_connect = [](auto, const auto&) { return error_code(); }; },
         [](const auto& o) { return o.socket.before_connect != nullptr; }},
        {[](auto& o) { o.idle_timeout = 1s; }, [](const auto& o) { return o.idle_timeout == 1s; }},
        {[](auto& o) { o.close_timeout = 1s; }, [](const auto& o) { return o.close_timeout == 1s; }},
        {[](auto& o) { o.max_receive = 1; }, [](const auto& o) { return o.max_receive == 1; }},
        {[](auto& o) { o.receive_spin = 1us; }, [](const auto& o) { return o.receive_spin == 1us; }},
        {[](auto& o) { o.send_queue.limit = 1; }, [](const auto& o) { return o.send_queue.limit == 1; }},
        {[](auto& o) { o.send_queue.low_water = 1; },
         [](const auto& o) { return o.send_queue.low_water == 1; }},
        {[](auto& o) { o.proxy = socks5_proxy{}; }, [](const auto& o) { return o.proxy.index() == 1; }},
        {[](auto& o) { o.proxy = http_proxy{}; }, [](const auto& o) { return o.proxy.index() == 2; }},
        {[](auto& o) { o.observer = std::make_shared<client_observer>(); },
         [](const auto& o) { return o.observer != nullptr; }},
    };
    for (std::size_t i = 0; i != options.size(); ++i) {
        INFO("option " << i);
        client_options changed;
        CHECK_FALSE(options[i].is_changed(changed));
        options[i].change(changed);
        const shared_options stored(std::move(changed));
        CHECK_FALSE(stored.is_default());
        CHECK(options[i].is_changed(stored.get()));
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

}  // namespace uplink::tests
