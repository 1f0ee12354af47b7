// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What a TLS channel knows of the operations that wait for it, whatever their handlers are: a write, which
// waits for its ciphertext to leave, and a read or a handshake, which waits for ciphertext to come.
//
// An operation owns its handler, and lives in memory of the handler's allocator, which is given back before
// the handler is called. The channel refers to the operation until it completes it.
#pragma once

#include <uplink/detail/support/operation.hpp>
#include <uplink/detail/tls/call_handler.hpp>
#include <uplink/detail/tls/tls_session.hpp>
#include <uplink/net.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <tuple>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

class tls_operation {
public:
    tls_operation(const tls_operation&) = delete;
    tls_operation& operator=(const tls_operation&) = delete;

    /// Calls the handler, and destroys the operation. The caller is a handler of the channel.
    virtual void complete(const error_code& ec) = 0;
    /// As complete(), but the handler is called later.
    virtual void post(const error_code& ec) = 0;
    /// Destroys the operation; its handler is not called.
    virtual void abandon() noexcept = 0;

protected:
    tls_operation() = default;
    ~tls_operation() = default;
};

/// Waits for its ciphertext to leave.
class tls_write : public tls_operation {
public:
    /// Encrypts up to `most` bytes.
    virtual void encrypt(tls_session& session, std::size_t most) = 0;
    bool is_encrypted() const noexcept { return is_encrypted_; }
    /// The transport has failed when whole records with so many bytes had left.
    void failed_after(std::size_t bytes) noexcept { bytes_ = (std::min)(bytes_, bytes); }
    std::tuple<error_code, std::size_t> results(const error_code& ec) const { return {ec, bytes_}; }

protected:
    ~tls_write() = default;

    std::size_t bytes_ = 0;
    bool is_encrypted_ = false;
};

/// Waits for ciphertext to come.
class tls_wait : public tls_operation {
public:
    /// Uses what has come; would_block if more is needed. `from_transport`: more may be read without waiting.
    virtual error_code go_on(bool from_transport) = 0;

protected:
    ~tls_wait() = default;
};

/// `Base` derives from one of the above, and has results(error_code), a tuple of the handler's arguments.
template <class Base, class Executor, class Handler> class tls_operation_with final : public Base {
    using allocator_type = typename std::allocator_traits<
        operation_allocator_of_t<Handler>>::template rebind_alloc<tls_operation_with>;
    using allocator_traits = std::allocator_traits<allocator_type>;

    struct freed {
        allocator_type allocator;
        void operator()(tls_operation_with* operation) {
            allocator_traits::destroy(allocator, operation);
            allocator_traits::deallocate(allocator, operation, 1);
        }
    };
    using pointer = std::unique_ptr<tls_operation_with, freed>;

public:
    template <class... Args>
    tls_operation_with(const Executor& executor, Handler&& handler, Args&&... args)
        : Base(std::forward<Args>(args)...), executor_(executor), handler_(std::move(handler)) {}

    /// Completes or abandons itself. May throw what the allocator throws.
    template <class... Args>
    static tls_operation_with& make(const Executor& executor, Handler&& handler, Args&&... args) {
        allocator_type allocator = allocator_of(handler);
        tls_operation_with* const place = allocator_traits::allocate(allocator, 1);
        try {
            allocator_traits::construct(allocator, place, executor, std::move(handler),
                                        std::forward<Args>(args)...);
        } catch (...) {
            allocator_traits::deallocate(allocator, place, 1);
            throw;
        }
        return *place;
    }

    /// `channel` has cancel(operation), and outlives the operation.
    template <class Channel> void on_cancel(Channel& channel) {
        auto slot = net::get_associated_cancellation_slot(handler_);
        if (!slot.is_connected()) return;
        slot.assign([this, &channel](net::cancellation_type type) {
            if (type != net::cancellation_type::none) channel.cancel(static_cast<Base&>(*this));
        });
    }

    void complete(const error_code& ec) override {
        finish(ec, [](const Executor& executor, Handler&& handler, const auto&... results) {
            dispatch_handler(executor, std::move(handler), results...);
        });
    }
    void post(const error_code& ec) override {
        finish(ec, [](const Executor& executor, Handler&& handler, const auto&... results) {
            post_handler(executor, std::move(handler), results...);
        });
    }
    void abandon() noexcept override {
        pointer owned = own();
        clear_slot();
        // The handler may own the memory of this operation: it is destroyed after the memory is given back.
        [[maybe_unused]] const Handler handler(std::move(handler_));
        owned.reset();
    }

private:
    static allocator_type allocator_of(const Handler& handler) {
        return allocator_type(net::get_associated_allocator(handler, net::recycling_allocator<void>()));
    }
    pointer own() { return pointer(this, freed{allocator_of(handler_)}); }

    void clear_slot() noexcept {
        auto slot = net::get_associated_cancellation_slot(handler_);
        if (slot.is_connected()) slot.clear();
    }
    template <class Call> void finish(const error_code& ec, Call call) {
        pointer owned = own();
        clear_slot();
        const auto results = this->results(ec);
        const Executor executor(executor_);
        Handler handler(std::move(handler_));
        owned.reset();
        std::apply([&](const auto&... each) { call(executor, std::move(handler), each...); }, results);
    }

    const Executor executor_;
    Handler handler_;
};

}  // namespace uplink::detail
