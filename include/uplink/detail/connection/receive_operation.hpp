// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The differences between the receive functions: when the bytes in the state are enough, what an orderly end
// of the stream means, and what the handler receives. The receiver does the reading. A receive operation is
// linked from the receiver until it has ended, then from the completion queue.
#pragma once

#include <uplink/detail/connection/owners.hpp>
#include <uplink/detail/machine/outcome.hpp>
#include <uplink/detail/machine/receive_machine.hpp>
#include <uplink/detail/support/operation.hpp>
#include <uplink/detail/support/operation_deadline.hpp>
#include <uplink/detail/support/operation_ptr.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/error.hpp>
#include <uplink/framing.hpp>
#include <uplink/net.hpp>
#include <uplink/received_bytes.hpp>

#include <cstddef>
#include <string_view>
#include <tuple>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// The result of offering the bytes in the state to a receive.
enum class delivery : unsigned char {
    incomplete,
    complete,  ///< the receive has its bytes, and has taken them out of the state
    refused,   ///< the receive can never complete with success; its `error` says why
};

/// `Core` is the client's core. The receiver calls all functions, on the client's executor.
template <class Core> class receive_operation : public operation_base {
public:
    using time_point = typename Core::time_point;
    using state_type = typename Core::state_type;

    receive_operation() noexcept;

    /// Takes the bytes of this receive out of the state if they are complete. It may be called again.
    virtual delivery try_deliver(state_type& state) = 0;
    /// The meaning of an orderly end of the stream.
    virtual end_rule rule() const noexcept = 0;
    /// The caller's buffer, if this receive reads into it and not into the state.
    virtual net::mutable_buffer direct_buffer() noexcept { return {}; }
    virtual bool is_direct() const noexcept { return false; }
    /// Direct reads only: n bytes have been read into the caller's buffer.
    virtual void on_direct_read(std::size_t) noexcept {}
    virtual errc timeout_code() const noexcept { return errc::receive_timeout; }
    /// The receive has ended, and the receiver does not refer to it any more. An operation with more parts
    /// than the receive completes when all its parts have ended.
    virtual void on_result();

    /// Called just before the handler: until then the receive counts as pending, because its view refers to
    /// the state.
    void delivering() noexcept;

    virtual void on_deadline(total_limit);
    virtual void on_deadline(idle_limit);

    using admitted = receive_operation;  ///< the type that the admission uses for it
    static constexpr net::cancellation_type honoured = any_cancellation;
    void cancelled(net::cancellation_type);

    Core* core = nullptr;
    bool accepted = false;
    error_code error{};
    std::size_t received = 0;  ///< read from the transport by this operation
    operation_deadline<receive_operation, time_point, total_limit> limit;
    operation_deadline<receive_operation, time_point, idle_limit> idle;

protected:
    ~receive_operation() = default;

    void remove_limits() noexcept;
};

/// async_receive: all bytes until the end of the stream.
template <class Core> class receive_until_end : public receive_operation<Core> {
public:
    using state_type = typename Core::state_type;

    delivery try_deliver(state_type&) override { return delivery::incomplete; }
    end_rule rule() const noexcept override { return end_rule::success; }
    std::tuple<error_code, std::size_t> result() const noexcept { return {this->error, this->received}; }

protected:
    ~receive_until_end() = default;
};

/// The receives that deliver a view of one message, by a framing.
template <class Core, class Framing> class receive_framed : public receive_operation<Core> {
public:
    using state_type = typename Core::state_type;

    explicit receive_framed(Framing framing) : framing_(std::move(framing)) {}

    delivery try_deliver(state_type& state) override {
        if (delivered_) return delivery::complete;
        const std::string_view pending = state.view();
        if (pending.size() < awaited_) return delivery::incomplete;
        const parse_result parsed = parse_checked(framing_, pending, examined_);
        examined_ = pending.size();
        if (parsed.is_failed()) return refuse(parsed.error());
        if (parsed.needs_more()) {
            const std::size_t more = parsed.at_least() == 0 ? 1 : parsed.at_least();
            const std::size_t most = this->core->options().max_receive;
            // Known before the bytes are read: the state may never hold so many.
            if (pending.size() > most || more > most - pending.size()) return refuse(errc::receive_limit);
            awaited_ = pending.size() + more;
            return delivery::incomplete;
        }
        view_ = pending.substr(parsed.begin(), parsed.end() - parsed.begin());
        state.consume(parsed.consumed());
        delivered_ = true;
        return delivery::complete;
    }
    end_rule rule() const noexcept override { return end_rule::eof_or_truncated; }
    std::tuple<error_code, std::string_view> result() const noexcept {
        return {this->error, this->error ? std::string_view() : view_};
    }

protected:
    ~receive_framed() = default;

private:
    delivery refuse(const error_code& ec) noexcept {
        this->error = ec;
        return delivery::refused;
    }

    Framing framing_;
    std::string_view view_{};
    std::size_t examined_ = 0;
    std::size_t awaited_ = 0;
    bool delivered_ = false;
};

/// async_read_some: takes bytes that are in the state already, else makes one read into the caller's buffers.
template <class Core, class Buffers> class receive_direct : public receive_operation<Core> {
public:
    using state_type = typename Core::state_type;

    explicit receive_direct(const Buffers& buffers) : buffers_(buffers) {}

    delivery try_deliver(state_type& state) override {
        if (done_ || net::buffer_size(buffers_) == 0) return delivery::complete;
        if constexpr (viewable_state<state_type>) {
            const std::string_view held = state.view();
            if (held.empty()) return delivery::incomplete;
            transferred_ = net::buffer_copy(buffers_, net::buffer(held.data(), held.size()));
            state.consume(transferred_);
            done_ = true;
            return delivery::complete;
        } else {
            return delivery::incomplete;
        }
    }
    end_rule rule() const noexcept override { return end_rule::eof; }
    bool is_direct() const noexcept override { return true; }
    net::mutable_buffer direct_buffer() noexcept override {
        for (auto it = net::buffer_sequence_begin(buffers_); it != net::buffer_sequence_end(buffers_); ++it) {
            const net::mutable_buffer buffer(*it);
            if (buffer.size() != 0) return buffer;
        }
        return {};
    }
    void on_direct_read(std::size_t n) noexcept override {
        transferred_ = n;
        done_ = true;
    }
    std::tuple<error_code, std::size_t> result() const noexcept { return {this->error, transferred_}; }

protected:
    ~receive_direct() = default;

private:
    Buffers buffers_;
    std::size_t transferred_ = 0;
    bool done_ = false;
};

template <class Core>
UPLINK_DECL receive_operation<Core>::receive_operation() noexcept : limit(*this), idle(*this) {
    static_assert(transfer_owner<Core>, "the owner of a receive has to be a client's core");
}

template <class Core> UPLINK_DECL void receive_operation<Core>::on_result() {
    remove_limits();
    core->deliver(*this);
}

template <class Core> UPLINK_DECL void receive_operation<Core>::on_deadline(total_limit) {
    core->connections().stop_receive(*this, stop_reason::limit);
}

template <class Core> UPLINK_DECL void receive_operation<Core>::on_deadline(idle_limit) {
    on_deadline(total_limit{});
}

template <class Core> UPLINK_DECL void receive_operation<Core>::cancelled(net::cancellation_type) {
    core->connections().stop_receive(*this, stop_reason::cancel);
}

template <class Core> UPLINK_DECL void receive_operation<Core>::delivering() noexcept {
    if (accepted) core->receive_delivered();
}

template <class Core> UPLINK_DECL void receive_operation<Core>::remove_limits() noexcept {
    core->deadlines().remove(limit);
    core->deadlines().remove(idle);
}

}  // namespace uplink::detail
