// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One write over TLS, which completes when its ciphertext has been given to the transport. The ciphertext is the
// channel's: a write that is cancelled completes immediately with the number of bytes that have been encrypted, and the
// channel sends them nevertheless (RFC 8446 has no way to take back half a record).
//
// The operation owns the handler and refers to the caller's buffers until they are encrypted. It lives in memory of the
// handler's allocator, which is given back before the handler is called.
#pragma once

#include <uplink/detail/tls/call_handler.hpp>
#include <uplink/detail/tls/encrypt.hpp>
#include <uplink/detail/tls/tls_session.hpp>
#include <uplink/net.hpp>

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

class tls_write {
public:
    tls_write(const tls_write&) = delete;
    tls_write& operator=(const tls_write&) = delete;

    /// Encrypts up to `most` bytes.
    virtual void encrypt_into(tls_session& session, std::size_t most) = 0;
    /// Calls the handler, and destroys the operation. It is called from a handler of the channel.
    virtual void complete(const error_code& ec) = 0;
    /// As complete(), but the handler is called later.
    virtual void post(const error_code& ec) = 0;
    /// Destroys the operation; its handler is not called.
    virtual void abandon() noexcept = 0;

    bool is_encrypted() const noexcept { return is_encrypted_; }

protected:
    tls_write() = default;
    ~tls_write() = default;

    std::size_t bytes_ = 0;
    bool is_encrypted_ = false;
};

template <class Executor, class Buffers, class Handler> class tls_write_operation final : public tls_write {
    using allocator_type = typename std::allocator_traits<
        net::associated_allocator_t<Handler>>::template rebind_alloc<tls_write_operation>;
    using allocator_traits = std::allocator_traits<allocator_type>;

    struct freed {
        allocator_type allocator;
        void operator()(tls_write_operation* operation) {
            allocator_traits::destroy(allocator, operation);
            allocator_traits::deallocate(allocator, operation, 1);
        }
    };
    using pointer = std::unique_ptr<tls_write_operation, freed>;

public:
    tls_write_operation(const Executor& executor, const Buffers& buffers, Handler&& handler)
        : executor_(executor), buffers_(buffers), handler_(std::move(handler)) {}

    static tls_write_operation& make(const Executor& executor, const Buffers& buffers, Handler&& handler) {
        allocator_type allocator(net::get_associated_allocator(handler));
        tls_write_operation* const place = allocator_traits::allocate(allocator, 1);
        try {
            allocator_traits::construct(allocator, place, executor, buffers, std::move(handler));
        } catch (...) {
            allocator_traits::deallocate(allocator, place, 1);
            throw;
        }
        return *place;
    }

    /// `Channel` has cancel(tls_write&).
    template <class Channel> void on_cancel(Channel& channel) {
        auto slot = net::get_associated_cancellation_slot(handler_);
        if (!slot.is_connected()) return;
        slot.assign([this, &channel](net::cancellation_type type) {
            if (type != net::cancellation_type::none) channel.cancel(*this);
        });
    }

    void encrypt_into(tls_session& session, std::size_t most) override {
        is_encrypted_ = true;
        bytes_ = encrypt(session, buffers_, most);
    }
    void complete(const error_code& ec) override {
        finish([&](Handler&& handler, std::size_t n, const Executor& executor) {
            dispatch_handler(executor, std::move(handler), ec, n);
        });
    }
    void post(const error_code& ec) override {
        finish([&](Handler&& handler, std::size_t n, const Executor& executor) {
            post_handler(executor, std::move(handler), ec, n);
        });
    }
    void abandon() noexcept override { const pointer owned = own(); }

private:
    pointer own() noexcept {
        return pointer(this, freed{allocator_type(net::get_associated_allocator(handler_))});
    }

    template <class Call> void finish(Call call) {
        pointer owned = own();
        if (auto slot = net::get_associated_cancellation_slot(handler_); slot.is_connected()) slot.clear();
        Handler handler(std::move(handler_));
        const std::size_t n = bytes_;
        const Executor executor(executor_);
        owned.reset();
        call(std::move(handler), n, executor);
    }

    const Executor executor_;
    const Buffers buffers_;
    Handler handler_;
};

}  // namespace uplink::detail
