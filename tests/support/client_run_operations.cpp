// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Each operation of a client, started with a tracked handler.

#include "support/client_run.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace uplink::tests {

namespace {

std::string as_it_is(std::string_view text) { return std::string(text); }

std::vector<net::const_buffer> cut(const std::vector<char>& bytes, std::size_t buffers) {
    std::vector<net::const_buffer> result;
    const std::size_t each = bytes.size() / buffers + 1;
    for (std::size_t at = 0; at < bytes.size(); at += each) {
        result.emplace_back(bytes.data() + at, std::min(each, bytes.size() - at));
        result.emplace_back();  // of no bytes
    }
    return result;
}

/// Null if the client does not give its socket away.
template <class Client>
std::shared_ptr<std::optional<typename Client::socket_type>> released_socket(Client& client) {
    if constexpr (requires(error_code & ec) { client.release(ec); }) {
        error_code ec;
        auto socket = std::make_shared<std::optional<typename Client::socket_type>>(client.release(ec));
        if (!ec) return socket;
    }
    return nullptr;
}

}  // namespace

template <class Call> void client_run::with_handler(operation& record, Call call) {
    if (how_ == handlers::unbound) return call(unbound_handler<operation>(record));
    net::io_context& context = how_ == handlers::elsewhere ? *elsewhere_ : network_->context();
    const tracked_executor executor(context.get_executor(), handler_executor_id);
    if (how_ == handlers::bound) return call(bound_handler<operation>(record, executor));
    copied_handler<operation> kept(record, executor);
    struct check {
        ~check() {
            if (!handler.is_intact())
                owner.fail(record.describe() + ": its handler, an lvalue, was moved from");
        }
        client_run& owner;
        operation& record;
        copied_handler<operation>& handler;
    } at_the_end{*this, record, kept};
    call(kept);
}

operation& client_run::connect(const std::string& endpoint, then next, time_limit limit) {
    const auto where = uplink::testing::detail::parse_endpoint(endpoint);
    return start(kind::connect, {}, std::move(next),
                 [this, where, limit](client_type& client, operation& record) {
                     with_handler(record, [&](auto&& handler) {
                         limit.is_limited()
                             ? client.async_connect(where, limit, std::forward<decltype(handler)>(handler))
                             : client.async_connect(where, std::forward<decltype(handler)>(handler));
                     });
                 });
}
operation& client_run::connect_by_name(const std::string& host, const std::string& service, then next) {
    return start(kind::connect, {}, std::move(next),
                 [this, host, service](client_type& client, operation& record) {
                     with_handler(record, [&](auto&& handler) {
                         client.async_connect(host, service, std::forward<decltype(handler)>(handler));
                     });
                 });
}
operation& client_run::hand_over(then next) {
    // An initiating function that throws leaves the socket here, for the one that is started again.
    const auto socket = client_ ? released_socket(*client_) : nullptr;
    if (!socket) return not_started_;
    return start(kind::hand_over, {}, std::move(next),
                 [this, socket](client_type& client, operation& record) {
                     with_handler(record, [&](auto&& handler) {
                         client.async_connect(std::move(**socket), "server.test",
                                              std::forward<decltype(handler)>(handler));
                     });
                     socket->reset();
                 });
}
operation& client_run::send(const std::string& bytes, then next, time_limit limit) {
    return start(kind::send, bytes, std::move(next), [this, limit](client_type& client, operation& record) {
        with_handler(record, [&](auto&& handler) {
            client.async_send(std::string(record.bytes), limit, std::forward<decltype(handler)>(handler));
        });
    });
}
operation& client_run::send_borrowed(const std::string& bytes, std::size_t buffers, then next) {
    return start(kind::send, bytes, std::move(next), [this, buffers](client_type& client, operation& record) {
        record.storage.assign(record.bytes.begin(), record.bytes.end());
        with_handler(record, [&](auto&& handler) {
            client.async_send(cut(record.storage, buffers), std::forward<decltype(handler)>(handler));
        });
    });
}
operation& client_run::write_some(const std::string& bytes, then next) {
    return start(kind::write_some, bytes, std::move(next), [this](client_type& client, operation& record) {
        record.storage.assign(record.bytes.begin(), record.bytes.end());
        with_handler(record, [&](auto&& handler) {
            client.async_write_some(net::buffer(record.storage), std::forward<decltype(handler)>(handler));
        });
    });
}
operation& client_run::shutdown_send(then next, time_limit limit) {
    return start(kind::shutdown_send, {}, std::move(next),
                 [this, limit](client_type& client, operation& record) {
                     with_handler(record, [&](auto&& handler) {
                         client.async_shutdown_send(limit, std::forward<decltype(handler)>(handler));
                     });
                 });
}
operation& client_run::drain(then next, time_limit limit) {
    return start(kind::drain, {}, std::move(next), [this, limit](client_type& client, operation& record) {
        with_handler(record, [&](auto&& handler) {
            client.async_drain(limit, std::forward<decltype(handler)>(handler));
        });
    });
}
operation& client_run::receive(then next, time_limit limit) {
    return start(kind::receive, {}, std::move(next), [this, limit](client_type& client, operation& record) {
        with_handler(record, [&](auto&& handler) {
            client.async_receive(limit, std::forward<decltype(handler)>(handler));
        });
    });
}
operation& client_run::receive_some(then next, time_limit limit) {
    return start(
        kind::receive_some, {}, std::move(next),
        [this, limit](client_type& client, operation& record) {
            with_handler(record, [&](auto&& handler) {
                client.async_receive_some(limit, std::forward<decltype(handler)>(handler));
            });
        },
        as_it_is);
}
operation& client_run::receive_until(const std::string& delimiter, then next, time_limit limit) {
    return start(
        kind::receive_until, {}, std::move(next),
        [this, delimiter, limit](client_type& client, operation& record) {
            with_handler(record, [&](auto&& handler) {
                client.async_receive_until(delimiter, limit, std::forward<decltype(handler)>(handler));
            });
        },
        as_it_is);
}
operation& client_run::receive_exactly(std::size_t n, then next, time_limit limit) {
    return start(
        kind::receive_exactly, {}, std::move(next),
        [this, n, limit](client_type& client, operation& record) {
            with_handler(record, [&](auto&& handler) {
                client.async_receive_exactly(n, limit, std::forward<decltype(handler)>(handler));
            });
        },
        as_it_is);
}
operation& client_run::receive_line(std::size_t max, then next) {
    return start(
        kind::receive_message, {}, std::move(next),
        [this, max](client_type& client, operation& record) {
            with_handler(record, [&](auto&& handler) {
                client.async_receive_message(uplink::delimited{"\n", max},
                                             std::forward<decltype(handler)>(handler));
            });
        },
        [](std::string_view text) { return std::string(text) + '\n'; });
}
operation& client_run::receive_prefixed(std::size_t max, then next) {
    return start(
        kind::receive_message, {}, std::move(next),
        [this, max](client_type& client, operation& record) {
            with_handler(record, [&](auto&& handler) {
                client.async_receive_message(uplink::length_prefixed<std::uint16_t>{max},
                                             std::forward<decltype(handler)>(handler));
            });
        },
        [](std::string_view text) {
            return std::string{static_cast<char>(text.size() >> 8), static_cast<char>(text.size() & 0xff)} +
                   std::string(text);
        });
}
operation& client_run::read_some(std::size_t n, then next) {
    return start(
        kind::read_some, {}, std::move(next),
        [this, n](client_type& client, operation& record) {
            record.storage.assign(n, '\0');
            with_handler(record, [&](auto&& handler) {
                client.async_read_some(net::buffer(record.storage), std::forward<decltype(handler)>(handler));
            });
        },
        as_it_is);
}
operation& client_run::exchange(const std::string& request, then next, time_limit limit) {
    return start(kind::exchange, request, std::move(next),
                 [this, limit](client_type& client, operation& record) {
                     with_handler(record, [&](auto&& handler) {
                         client.async_exchange(std::string(record.bytes), limit,
                                               std::forward<decltype(handler)>(handler));
                     });
                 });
}
operation& client_run::exchange_to_end(const std::string& request, then next, time_limit limit) {
    return start(kind::half_close_exchange, request, std::move(next),
                 [this, limit](client_type& client, operation& record) {
                     with_handler(record, [&](auto handler) {
                         client.async_exchange(std::string(record.bytes), uplink::half_close, limit,
                                               std::move(handler));
                     });
                 });
}
operation& client_run::close_gracefully(then next, time_limit limit) {
    return start(kind::close, {}, std::move(next), [this, limit](client_type& client, operation& record) {
        with_handler(record, [&](auto&& handler) {
            limit.is_limited() ? client.async_close(limit, std::forward<decltype(handler)>(handler))
                               : client.async_close(std::forward<decltype(handler)>(handler));
        });
    });
}

}  // namespace uplink::tests
