// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One async_connect on the simulated network that is interrupted in some way at some moment, and what has to be
// true of it afterwards whatever way and moment these were.
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include "support/catch.hpp"
#include "support/connect_completion.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <utility>

namespace uplink::tests {

enum class interruption { terminal, partial, total, cancel, close, destroy, cancel_and_destroy_in_handler };

constexpr interruption all_interruptions[] = {interruption::terminal,
                                              interruption::partial,
                                              interruption::total,
                                              interruption::cancel,
                                              interruption::close,
                                              interruption::destroy,
                                              interruption::cancel_and_destroy_in_handler};

template <class Client> class interrupted_connect {
public:
    testing::network net;
    std::optional<Client> client;
    connect_completion told;

    explicit interrupted_connect(interruption how, client_options options = {}) : how_(how) {
        client.emplace(net.get_executor(), std::move(options));
    }

    template <class... Target> void start(const Target&... target) {
        client->async_connect(target..., handler{this, signal_.slot(), told.handler(net)});
    }

    /// At most once, between two handlers.
    void interrupt() {
        interrupted = true;
        told_before_ = told.calls != 0;
        at_ = net.elapsed();
        may_succeed_ = std::any_of(net.attempts().begin(), net.attempts().end(), [](const auto& attempt) {
            return attempt.connected && attempt.finished && !attempt.closed;
        });
        switch (how_) {
        case interruption::terminal: signal_.emit(net::cancellation_type::terminal); break;
        case interruption::partial: signal_.emit(net::cancellation_type::partial); break;
        case interruption::total: signal_.emit(net::cancellation_type::total); break;
        case interruption::cancel_and_destroy_in_handler:
        case interruption::cancel:
            if (client) client->cancel();
            break;
        case interruption::close:
            if (client) client->close();
            break;
        case interruption::destroy: client.reset(); break;
        }
        CHECK(told.calls == (told_before_ ? 1 : 0));  // no handler inside
    }

    /// Runs to the end and checks. The scenario describes 203.0.113.1:80, to which the client can connect.
    void finish() {
        net.run();
        CHECK(told.calls == 1);
        CHECK(net.pending_operations() == 0);
        if (!told.ec) CHECK(net.failures().empty());
        const bool is_gone = how_ == interruption::close || how_ == interruption::destroy;
        if (!interrupted || told_before_) {
            CHECK_FALSE(told.ec);
        } else {
            if (is_gone || !may_succeed_) CHECK(told.ec == aborted);
            else CHECK((!told.ec || told.ec == aborted));
            if (told.ec) CHECK(told.at == at_);
        }
        CHECK(told.open == (told.ec ? 0 : 1));
        if (how_ == interruption::cancel_and_destroy_in_handler) {
            CHECK_FALSE(client);
        } else if (client) {
            CHECK(client->last_connect().error == told.ec);
            if (!told_before_) CHECK(client->is_open() == !told.ec);
        }
        const bool stays = !told.ec && client && !(is_gone && interrupted);
        CHECK(net.open_sockets() == (stays ? 1 : 0));
        if (!client) return;
        if (stays) {
            client->close();
            CHECK(net.open_sockets() == 0);
        }
        connect_again();
    }

    bool interrupted = false;
    std::function<void()> before_again{};  ///< before the second connect, which is to again.test

private:
    using slot_type = net::cancellation_slot;
    using told_handler =
        decltype(std::declval<connect_completion&>().handler(std::declval<testing::network&>()));

    struct handler {
        using cancellation_slot_type = slot_type;
        interrupted_connect* test;
        slot_type slot;
        told_handler next;

        slot_type get_cancellation_slot() const noexcept { return slot; }
        void operator()(error_code ec, net::ip::tcp::endpoint endpoint) {
            next(ec, endpoint);
            if (test->how_ == interruption::cancel_and_destroy_in_handler) test->client.reset();
        }
    };

    void connect_again() {
        if (before_again) before_again();
        connect_completion again;
        net.host("again.test").v4({"203.0.113.1"});
        client->async_connect("again.test", "80", handler{this, {}, again.handler(net)});
        net.run();
        CHECK(again == established());
        CHECK(net.open_sockets() == 1);
        CHECK(client->is_open());
        CHECK(client->state().empty());
    }

    interruption how_;
    net::cancellation_signal signal_;
    bool told_before_ = false;
    bool may_succeed_ = false;
    std::chrono::nanoseconds at_{};
};

}  // namespace uplink::tests
