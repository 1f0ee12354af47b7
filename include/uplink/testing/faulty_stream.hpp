// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A layer over any stream that fails or shortens the n-th operation. Over asio::ip::tcp::socket it tests a
// program against a real peer, over testing::socket in a simulation. A fault plan numbers the reads and
// writes. The stream owns the layer below, and shares the plan with the test (see fault_plan.hpp):
//
//     auto plan = std::make_shared<uplink::testing::fault_plan>();
//     plan->piece_size(1);
//     plan->fail(3, net::error::connection_reset);
//     uplink::testing::faulty_stream<net::ip::tcp::socket> stream(std::move(socket), plan);
//
// An operation without a fault goes to the layer below unchanged. An operation that fails because of the plan
// never reaches it.
#pragma once

#include <uplink/detail/support/asio_version.hpp>
#include <uplink/net.hpp>
#include <uplink/testing/detail/operation.hpp>
#include <uplink/testing/fault_plan.hpp>

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::testing {

namespace detail {

/// Records the result of an operation, then calls the handler, whose associations it has.
template <class Handler> struct observed_handler {
    Handler handler;
    std::shared_ptr<fault_plan> plan;
    std::size_t number;

    void operator()(error_code ec, std::size_t count) {
        plan->end(number, ec, count);
        for (const moment when : {moment::completing, moment::completed}) {
            if (const auto action = plan->take_action(number, when)) action();
        }
        plan.reset();
        std::move(handler)(ec, count);
    }
};

/// The first buffer that is not empty, shortened to at most `limit` bytes.
template <class Buffer, class Buffers> Buffer shortened(const Buffers& buffers, std::size_t limit) {
    for (auto each = net::buffer_sequence_begin(buffers); each != net::buffer_sequence_end(buffers); ++each) {
        const Buffer buffer(*each);
        if (buffer.size() != 0) return net::buffer(buffer, limit);
    }
    return {};
}

}  // namespace detail

/// A stream that makes chosen operations of the stream below it fail, or cuts them short. See
/// faulty_stream.hpp for an example.
template <class NextLayer> class faulty_stream {
    using default_token = uplink::detail::default_token_t<typename NextLayer::executor_type>;

public:
    using next_layer_type = NextLayer;                                ///< the stream below
    using lowest_layer_type = typename NextLayer::lowest_layer_type;  ///< the socket at the bottom
    using executor_type = typename NextLayer::executor_type;          ///< the executor of the stream below
    using protocol_type = typename NextLayer::protocol_type;          ///< the protocol of the socket
    using endpoint_type = typename protocol_type::endpoint;           ///< an address of that protocol
    using options_type =
        std::shared_ptr<fault_plan>;  ///< what a client passes to each stream that it makes: the plan
    static constexpr bool is_for_testing = true;  ///< tells the client that it runs in a test

    /// The same stream on another type of executor, as Asio's I/O objects have it.
    template <class Executor1> struct rebind_executor {
        using other = faulty_stream<
            typename NextLayer::template rebind_executor<Executor1>::other>;  ///< the stream on Executor1
    };

    /// Without a plan the stream makes one of its own: faults().
    explicit faulty_stream(NextLayer&& next, options_type plan = {})
        : next_(std::move(next)), plan_(plan ? std::move(plan) : std::make_shared<fault_plan>()) {}

    /// The executor of the stream below.
    executor_type get_executor() noexcept { return next_.get_executor(); }
    /// The stream below.
    next_layer_type& next_layer() noexcept { return next_; }
    /// As above.
    const next_layer_type& next_layer() const noexcept { return next_; }
    /// The socket at the bottom.
    lowest_layer_type& lowest_layer() noexcept { return next_.lowest_layer(); }
    /// As above.
    const lowest_layer_type& lowest_layer() const noexcept { return next_.lowest_layer(); }
    /// The plan that this stream follows.
    fault_plan& faults() noexcept { return *plan_; }

    /// Completion Signature: void(error_code, std::size_t).
    template <class Buffers, class Token = default_token>
    auto async_read_some(const Buffers& buffers, Token&& token = Token()) {
        return net::async_initiate<Token, void(error_code, std::size_t)>(initiate<operation_kind::read>{this},
                                                                         token, buffers);
    }

    /// Completion Signature: void(error_code, std::size_t).
    template <class Buffers, class Token = default_token>
    auto async_write_some(const Buffers& buffers, Token&& token = Token()) {
        return net::async_initiate<Token, void(error_code, std::size_t)>(
            initiate<operation_kind::write>{this}, token, buffers);
    }

    /// A read that does not wait, under the same plan.
    template <class Buffers> std::size_t read_some(const Buffers& buffers, error_code& ec) {
        const std::size_t number = begin_at_once(operation_kind::read);
        std::size_t count = 0;
        if (const auto failure = plan_->failure(number)) {
            ec = *failure;
        } else {
            count =
                next_.read_some(detail::shortened<net::mutable_buffer>(buffers, plan_->limit(number)), ec);
        }
        plan_->end(number, ec, count);
        return count;
    }

    /// A write that does not wait, under the same plan.
    template <class Buffers>
    std::size_t write_some(const Buffers& buffers, error_code& ec) requires requires(NextLayer& next) {
        next.write_some(net::const_buffer(), ec);
    }
    {
        const std::size_t number = begin_at_once(operation_kind::write);
        std::size_t count = 0;
        if (const auto failure = plan_->failure(number)) {
            ec = *failure;
        } else if (const std::size_t limit = plan_->limit(number); limit < net::buffer_size(buffers)) {
            count = next_.write_some(detail::shortened<net::const_buffer>(buffers, limit), ec);
        } else {
            count = next_.write_some(buffers, ec);
        }
        plan_->end(number, ec, count);
        return count;
    }

    /// Passed on to the socket.
    void non_blocking(bool mode, error_code& ec) { lowest_layer().non_blocking(mode, ec); }

    /// Is counted as an operation, and fails without effect if the plan says so.
    void shutdown(net::socket_base::shutdown_type what, error_code& ec) {
        const std::size_t number = begin_at_once(operation_kind::shutdown);
        if (const auto failure = plan_->failure(number)) {
            ec = *failure;
        } else {
            lowest_layer().shutdown(what, ec);
        }
        plan_->end(number, ec, 0);
    }

    /// Asks the socket.
    bool is_open() const noexcept { return lowest_layer().is_open(); }
    /// Closes the socket.
    void close(error_code& ec) { lowest_layer().close(ec); }
    /// Asks the socket.
    endpoint_type local_endpoint(error_code& ec) const { return lowest_layer().local_endpoint(ec); }
    /// Asks the socket.
    endpoint_type remote_endpoint(error_code& ec) const { return lowest_layer().remote_endpoint(ec); }
    /// Asks the socket.
    bool peer_gone() const requires requires(const lowest_layer_type& socket) { socket.peer_gone(); }
    { return lowest_layer().peer_gone(); }

private:
    /// Begins an operation that completes before its function returns.
    std::size_t begin_at_once(operation_kind kind) {
        const std::size_t number = plan_->begin(kind);
        for (const moment when : {moment::started, moment::completing, moment::completed}) {
            if (auto action = plan_->take_action(number, when)) net::post(get_executor(), std::move(action));
        }
        return number;
    }

    template <operation_kind Kind> struct initiate {
        using executor_type = typename NextLayer::executor_type;
        faulty_stream* self;
        executor_type get_executor() const noexcept { return self->get_executor(); }

        template <class Handler, class Buffers>
        void operator()(Handler&& handler, const Buffers& buffers) const {
            using handler_type = detail::observed_handler<std::decay_t<Handler>>;
            fault_plan& plan = self->faults();
            const std::size_t number = plan.begin(Kind);
            const auto failure = plan.failure(number);
            const std::size_t limit = plan.limit(number);
            if (auto action = plan.take_action(number, moment::started)) {
                net::post(self->get_executor(), std::move(action));
            }
            handler_type observed{std::forward<Handler>(handler), self->plan_, number};
            if (failure) {
                net::post(self->get_executor(),
                          detail::completion<handler_type, true>{std::move(observed), *failure, 0});
            } else if constexpr (Kind == operation_kind::read) {
                if (limit < net::buffer_size(buffers)) {
                    self->next_.async_read_some(detail::shortened<net::mutable_buffer>(buffers, limit),
                                                std::move(observed));
                } else {
                    self->next_.async_read_some(buffers, std::move(observed));
                }
            } else {
                if (limit < net::buffer_size(buffers)) {
                    self->next_.async_write_some(detail::shortened<net::const_buffer>(buffers, limit),
                                                 std::move(observed));
                } else {
                    self->next_.async_write_some(buffers, std::move(observed));
                }
            }
        }
    };

    NextLayer next_;
    options_type plan_;
};

}  // namespace uplink::testing

/// @cond
template <template <class, class> class Associator, class Handler, class Default>
struct uplink::net::associator<Associator, uplink::testing::detail::observed_handler<Handler>, Default>
    : Associator<Handler, Default> {
    using source = uplink::testing::detail::observed_handler<Handler>;
    static decltype(auto) get(const source& from) noexcept {
        return Associator<Handler, Default>::get(from.handler);
    }
    static decltype(auto) get(const source& from, const Default& fallback) noexcept {
        return Associator<Handler, Default>::get(from.handler, fallback);
    }
};
/// @endcond
