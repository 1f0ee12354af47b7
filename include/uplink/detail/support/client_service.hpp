// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Knows the clients of an execution context, so that when the context is destroyed first, the handlers
// that wait inside a client (a queued send, a lookup) are destroyed with it, uncalled, as Asio does for
// those that wait inside Asio. Without it a handler that owns its client would keep itself alive. It also
// knows who was at work last, so that a client notices that it is not alone.
#pragma once

#include <uplink/detail/support/asio.hpp>
#include <uplink/detail/support/intrusive_list.hpp>

#include <atomic>
#include <memory>
#include <mutex>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct client_list_tag;

class registered_client : public list_hook<client_list_tag> {
public:
    /// Destroys every pending handler uncalled and lets go of the context.
    virtual void abandon() noexcept = 0;
    virtual std::shared_ptr<registered_client> keep_alive() noexcept = 0;

protected:
    registered_client() = default;
    ~registered_client() = default;
};

class client_service final : public net::execution_context::service {
public:
    [[gnu::visibility("default")]] static inline net::execution_context::id id;
    using key_type = client_service;

    explicit client_service(net::execution_context& context) : service(context) {}

    void add(registered_client& client) noexcept {
        const std::lock_guard lock(mutex_);
        clients_.push_back(client);
    }
    void remove(registered_client& client) noexcept {
        const std::lock_guard lock(mutex_);
        if (client.is_linked()) clients_.erase(client);
        const registered_client* gone = &client;
        last_.compare_exchange_strong(gone, nullptr, std::memory_order_relaxed);
    }

    /// This client is at work; true if another was before. From any thread: it is a hint, and may be wrong
    /// where several are at work at once.
    bool takes_turn(const registered_client& client) noexcept {
        const registered_client* before = last_.load(std::memory_order_relaxed);
        if (before == &client) return false;
        last_.store(&client, std::memory_order_relaxed);
        return before != nullptr;
    }

private:
    void shutdown() noexcept override {
        for (;;) {
            std::shared_ptr<registered_client> client;
            {
                const std::lock_guard lock(mutex_);
                if (clients_.empty()) return;
                client = clients_.pop_front().keep_alive();
            }
            if (client) client->abandon();
        }
    }

    alignas(64) std::atomic<const registered_client*> last_{nullptr};  ///< in a cache line of its own
    std::mutex mutex_;
    intrusive_list<registered_client, client_list_tag> clients_;
};

template <class Executor> net::execution_context& context_of(const Executor& executor) {
    return net::query(executor, net::execution::context);
}

}  // namespace uplink::detail
