// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Looks names up with the system's getaddrinfo, which blocks, cannot be cancelled, and can be stuck for
// minutes. So each lookup runs on a thread that nobody waits for. A thread is started on demand, at most 16
// for one execution context, and ends when there is no more work. While fewer than 16 threads are stuck, no
// lookup waits for another. Otherwise lookups queue, and a lookup that nobody wants any more is dropped
// before it begins. Equal questions share a lookup.
//
// Ownership: each thread owns a share of the resolver, and through it the names that it looks up, all from
// the global heap. So the client and the context may be destroyed while a lookup is stuck; the thread ends on
// its own, later. The context's service closes the resolver: from then on no answer function is called, and
// every one that was passed in has been destroyed. To guarantee that, close() waits for an answer function
// that is being called at that moment (it only posts), but never for a lookup.
#pragma once

#include <uplink/detail/system/detached_thread.hpp>
#include <uplink/detail/system/lookup_interest.hpp>
#include <uplink/detail/system/lookup_queue.hpp>
#include <uplink/detail/system/system_lookup.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// Must be made with std::make_shared.
class system_resolver final : public std::enable_shared_from_this<system_resolver> {
public:
    using answer_function = std::function<void(lookup_answer)>;
    using part = lookup_queue::part;
    using time_point = lookup_interest::time_point;
    using clock_function = time_point (*)();
    using thread_starter = int (*)(void* (*)(void*), void*);

    static constexpr std::size_t max_threads = 16;

    /// A test passes a clock of its own, and a function that delays the threads.
    explicit system_resolver(clock_function now = &std::chrono::steady_clock::now,
                             thread_starter start = &start_detached_thread);

    /// `answer` is called on the thread of a lookup, or within this call if no thread runs and none can be
    /// started; its exceptions are ignored. After `interest` has expired, `answer` is not called, and a
    /// lookup that has not begun is dropped if nobody else wants it; if `interest` is null, the answer is
    /// always wanted. May throw std::bad_alloc, and then nothing has changed.
    [[gnu::cold]] void resolve(const lookup_question& question, answer_function answer,
                               const std::shared_ptr<lookup_interest>& interest = nullptr,
                               part asks = part::whole);

    /// Drops all queued lookups and all pending answers. May be called more than once, and from within an
    /// answer function.
    [[gnu::cold]] void close() noexcept;

    std::size_t threads() const noexcept;
    std::size_t queued() const noexcept;

    /// Called before and after fork(2), which does not copy the threads: the child repeats the lookups of the
    /// parent's threads. The lock is held between the two calls.
    [[gnu::cold]] void before_fork() noexcept;
    [[gnu::cold]] void after_fork(bool in_child) noexcept;

private:
    // Starts one thread for each lookup that may begin and has no thread on its way yet, as far as allowed
    // and possible.
    [[gnu::cold]] int start_threads() noexcept;

    static void* run(void* argument) noexcept;
    [[gnu::cold]] void work() noexcept;

    /// Calls and destroys the answers. Before, close() could still take the askers; now it waits for this
    /// function.
    [[gnu::cold]] void finish(lookup_queue::lookups done, lookup_answer result,
                              std::unique_lock<std::mutex>& lock) noexcept;

    [[gnu::cold]] void answer_all(const lookup_queue::askers& askers, lookup_answer result) const noexcept;
    void answer_one(const lookup_queue::asker& asker, lookup_answer result) const noexcept;
    [[gnu::cold]] static lookup_answer copy_of(const lookup_answer& result) noexcept;
    static void call(const answer_function& answer, lookup_answer result) noexcept;
    bool is_closed() const noexcept;
    void wait_for_answers(std::unique_lock<std::mutex>& lock) noexcept;

    const clock_function now_;
    const thread_starter start_;
    mutable std::mutex mutex_;
    std::condition_variable answered_;
    lookup_queue queue_{max_threads};
    std::size_t threads_ = 0;
    std::size_t starting_ = 0;  // threads that have not begun their first lookup
    std::size_t answering_ = 0;
    bool closed_ = false;
    static inline thread_local const system_resolver* answering_here_ = nullptr;
};

class system_resolver_service final : public net::execution_context::service {
public:
    [[gnu::visibility("default")]] static inline net::execution_context::id id;
    using key_type = system_resolver_service;

    explicit system_resolver_service(net::execution_context& context);
    system_resolver_service(net::execution_context& context, std::shared_ptr<system_resolver> resolver);
    ~system_resolver_service();

    const std::shared_ptr<system_resolver>& resolver() const noexcept { return resolver_; }

private:
    void shutdown() noexcept override;
    void notify_fork(net::execution_context::fork_event event) override;

    std::shared_ptr<system_resolver> resolver_;
};

/// The resolver of a context, made at the first call. After the context is destroyed it gives no more
/// answers.
std::shared_ptr<system_resolver> system_resolver_of(net::execution_context& context);

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/system/impl/system_resolver.ipp>
#endif
