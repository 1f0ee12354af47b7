// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A stream whose reads and writes end when the test says so, with what it says: late after close(), as those
// of io_uring do; never; in spite of a cancel; with bytes and an error at once. It is a layer on a socket
// that connects as usual, and carries no byte over it.
//
// The client makes a stream for each connection, and one before the first, so the scripts are in a list,
// which is the layer's options; live() is the live connection's:
//     scripted_client<> talk;
//     talk.connect();
//     talk.client.async_receive(record(received));
//     talk.client.close();
//     talk.script().end_read(net::error::operation_aborted);
#pragma once

#include "support/client_test.hpp"
#include "support/recorded_operations.hpp"

#include <uplink/async_client.hpp>
#include <uplink/detail/client/client_instantiations.hpp>
#include <uplink/testing/network.hpp>

#include <cstddef>
#include <cstring>
#include <deque>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::tests {

/// Of one stream.
class stream_script : public std::enable_shared_from_this<stream_script> {
public:
    /// A read or a write in flight.
    struct transfer {
        virtual ~transfer() = default;
        /// Posts the handler.
        virtual void end(error_code ec, std::size_t n) = 0;

        std::size_t cancels = 0;  ///< how often it was asked to end
        net::mutable_buffer room{};
        std::string bytes{};
    };

    bool is_reading() const noexcept { return read_ != nullptr; }
    bool is_writing() const noexcept { return write_ != nullptr; }
    /// How often the read, the write in flight was asked to end.
    std::size_t read_cancels() const noexcept { return read_ ? read_->cancels : 0; }
    std::size_t write_cancels() const noexcept { return write_ ? write_->cancels : 0; }
    std::size_t read_room() const noexcept { return read_ ? read_->room.size() : 0; }
    const std::string& writing() const { return write_->bytes; }

    /// Ends the read in flight.
    void end_read(const error_code& ec, std::string_view bytes = {}) {
        const auto ended = std::exchange(read_, nullptr);
        REQUIRE(ended);
        REQUIRE(bytes.size() <= ended->room.size());
        if (!bytes.empty()) std::memcpy(ended->room.data(), bytes.data(), bytes.size());
        ended->end(ec, bytes.size());
    }
    void end_read(std::string_view bytes) { end_read({}, bytes); }
    /// Ends the write in flight, of which so many bytes have gone.
    void end_write(const error_code& ec, std::size_t n) {
        const auto ended = std::exchange(write_, nullptr);
        REQUIRE(ended);
        REQUIRE(n <= ended->bytes.size());
        written += ended->bytes.substr(0, n);
        ended->end(ec, n);
    }
    void end_write() { end_write({}, writing().size()); }

    /// Handlers that nobody will call.
    void drop() {
        const auto read = std::exchange(read_, nullptr);
        const auto write = std::exchange(write_, nullptr);
    }

    struct at_once {
        error_code ec{};
        std::string bytes{};
        std::size_t n = 0;
    };
    bool ends_cancelled_reads = true;  ///< else they stay until the test ends them
    bool ends_cancelled_writes = true;
    int reads_without_memory = 0;  ///< of those that are to wait, so many throw
    int writes_without_memory = 0;
    bool peer_gone = false;
    error_code shutdown_error{};
    std::deque<at_once> reads{};            ///< that do not wait, their results; without one would_block
    std::deque<at_once> writes{};           ///< likewise
    std::function<void()> on_poll = [] {};  ///< called by each read that does not wait
    std::string written{};
    std::size_t polls = 0;  ///< reads that did not wait
    std::size_t shutdowns = 0;
    bool is_closed = false;
    bool went_in_flight = false;  ///< the stream was destroyed with an operation in flight

private:
    template <class> friend class scripted_stream;

    std::shared_ptr<transfer> read_{};
    std::shared_ptr<transfer> write_{};
};

struct stream_scripts {
    std::deque<std::shared_ptr<stream_script>> all{};
    /// Of the stream that was made last.
    stream_script& live() const { return *all.back(); }
};

template <class NextLayer> class scripted_stream {
public:
    using next_layer_type = NextLayer;
    using lowest_layer_type = scripted_stream;
    using executor_type = typename NextLayer::executor_type;
    using protocol_type = typename NextLayer::protocol_type;
    using endpoint_type = typename protocol_type::endpoint;
    using options_type = std::shared_ptr<stream_scripts>;
    template <class Executor1> struct rebind_executor { using other = scripted_stream; };

    scripted_stream(NextLayer&& next, const options_type& scripts)
        : next_(std::move(next)), script_(std::make_shared<stream_script>()) {
        scripts->all.push_back(script_);
    }
    scripted_stream(scripted_stream&&) = default;
    ~scripted_stream() {
        if (script_ && (script_->is_reading() || script_->is_writing())) script_->went_in_flight = true;
    }

    executor_type get_executor() noexcept { return next_.get_executor(); }
    lowest_layer_type& lowest_layer() noexcept { return *this; }
    const lowest_layer_type& lowest_layer() const noexcept { return *this; }
    bool is_open() const noexcept { return next_.is_open(); }
    auto native_handle() noexcept { return next_.native_handle(); }
    void close(error_code& ec) {
        script_->is_closed = true;
        next_.close(ec);
    }
    void shutdown(net::socket_base::shutdown_type, error_code& ec) {
        ++script_->shutdowns;
        ec = script_->shutdown_error;
    }
    bool peer_gone() const noexcept { return script_->peer_gone; }
    endpoint_type local_endpoint(error_code& ec) const { return next_.local_endpoint(ec); }
    endpoint_type remote_endpoint(error_code& ec) const { return next_.remote_endpoint(ec); }
    void non_blocking(bool, error_code& ec) { ec = {}; }

    template <class Handler> void async_read_some(const net::mutable_buffer& room, Handler handler) {
        if (script_->reads_without_memory != 0) throw_bad_alloc(script_->reads_without_memory);
        auto read = std::make_shared<pending<Handler>>(std::move(handler));
        read->room = room;
        cancellable(read, read->handler, &stream_script::read_, &stream_script::ends_cancelled_reads);
        script_->read_ = std::move(read);
    }
    template <class Buffers, class Handler> void async_write_some(const Buffers& buffers, Handler handler) {
        if (script_->writes_without_memory != 0) throw_bad_alloc(script_->writes_without_memory);
        auto write = std::make_shared<pending<Handler>>(std::move(handler));
        write->bytes = text_of(buffers);
        cancellable(write, write->handler, &stream_script::write_, &stream_script::ends_cancelled_writes);
        script_->write_ = std::move(write);
    }
    template <class Buffers> std::size_t read_some(const Buffers& buffers, error_code& ec) {
        ++script_->polls;
        script_->on_poll();
        ec = net::error::would_block;
        if (script_->reads.empty()) return 0;
        stream_script::at_once& next = script_->reads.front();
        const std::size_t n = net::buffer_copy(buffers, net::buffer(next.bytes));
        next.bytes.erase(0, n);
        ec = next.bytes.empty() ? next.ec : error_code();
        if (next.bytes.empty()) script_->reads.pop_front();
        return n;
    }
    template <class Buffers> std::size_t write_some(const Buffers& buffers, error_code& ec) {
        ec = net::error::would_block;
        if (script_->writes.empty()) return 0;
        const stream_script::at_once next = script_->writes.front();
        script_->writes.pop_front();
        ec = next.ec;
        const std::string bytes = text_of(buffers).substr(0, next.n);
        script_->written += bytes;
        return bytes.size();
    }

private:
    template <class Handler> struct pending final : stream_script::transfer {
        explicit pending(Handler&& to_be_called) : handler(std::move(to_be_called)) {}
        void end(error_code ec, std::size_t n) override {
            const auto executor = net::get_associated_executor(handler);
            net::post(executor, [call = std::move(handler), ec, n]() mutable { call(ec, n); });
        }
        Handler handler;
    };

    [[noreturn]] static void throw_bad_alloc(int& left) {
        --left;
        throw std::bad_alloc();
    }
    template <class Buffers> static std::string text_of(const Buffers& buffers) {
        std::string text(net::buffer_size(buffers), '\0');
        net::buffer_copy(net::buffer(text), buffers);
        return text;
    }

    template <class Handler>
    void cancellable(const std::shared_ptr<stream_script::transfer>& each, const Handler& handler,
                     std::shared_ptr<stream_script::transfer> stream_script::*place,
                     bool stream_script::*ends_cancelled) {
        auto slot = net::get_associated_cancellation_slot(handler);
        if (!slot.is_connected()) return;
        slot.assign([weak = std::weak_ptr(each), script = script_.get(), place, ends_cancelled](auto) {
            const auto asked = weak.lock();
            if (!asked || script->*place != asked) return;
            ++asked->cancels;
            if (!(script->*ends_cancelled)) return;
            script->*place = nullptr;
            asked->end(net::error::operation_aborted, 0);
        });
    }

    NextLayer next_;
    std::shared_ptr<stream_script> script_;
};

/// A client of one on a simulated network, whose server accepts.
template <class State = received_bytes> class scripted_client {
public:
    using client_type = async_client<scripted_stream<testing::socket>, State>;

    explicit scripted_client(client_options options = {}, State state = State())
        : client(net.get_executor(), scripts, std::move(options), std::move(state)) {
        net.endpoint(server).accept().silent();
    }
    ~scripted_client() {
        client.close();
        net.run();
        for (const auto& each : scripts->all) {
            CHECK_FALSE(each->went_in_flight);
            each->drop();
        }
        net.run();
    }

    void connect() {
        completion connected;
        client.async_connect(server, record(connected));
        net.run_until([&] { return static_cast<bool>(connected); });
        REQUIRE(connected == completed(success));
    }
    stream_script& script() { return scripts->live(); }
    void run() { net.poll(); }

    const net::ip::tcp::endpoint server{net::ip::make_address("192.0.2.1"), 80};
    testing::network net{};
    std::shared_ptr<stream_scripts> scripts = std::make_shared<stream_scripts>();
    client_type client;
};

/// A handler with a slot.
template <class Handler> struct slotted_handler {
    using cancellation_slot_type = net::cancellation_slot;

    net::cancellation_slot slot;
    Handler handler;

    cancellation_slot_type get_cancellation_slot() const noexcept { return slot; }
    template <class... Values> void operator()(Values&&... values) {
        handler(std::forward<Values>(values)...);
    }
};
template <class Handler>
slotted_handler<Handler> with_slot(net::cancellation_signal& signal, Handler handler) {
    return {signal.slot(), std::move(handler)};
}

}  // namespace uplink::tests

// Compiled once, in scripted_stream.cpp.
namespace uplink::inline UPLINK_NAMESPACE::detail {

using scripted_core = client_core<tests::scripted_stream<testing::socket>, received_bytes>;

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(extern, scripted_core);
UPLINK_TESTS_RECORDED_OPERATIONS(extern, scripted_core);

}  // namespace uplink::detail

namespace uplink::tests {

extern template class scripted_client<received_bytes>;

}  // namespace uplink::tests
