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

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <new>
#include <utility>

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
                             thread_starter start = &start_detached_thread)
        : now_(now), start_(start) {}

    /// `answer` is called on the thread of a lookup, or within this call if no thread runs and none can be
    /// started; its exceptions are ignored. After `interest` has expired, `answer` is not called, and a
    /// lookup that has not begun is dropped if nobody else wants it; if `interest` is null, the answer is
    /// always wanted. May throw std::bad_alloc, and then nothing has changed.
    [[gnu::cold]] void resolve(const lookup_question& question, answer_function answer,
                               const std::shared_ptr<lookup_interest>& interest = nullptr,
                               part asks = part::whole) {
        lookup_queue::lookups refused;
        lookup_queue::lookups unwanted;
        lookup_queue::askers unwanted_askers;
        lookup_queue::askers one;
        one.push_back({std::move(answer), interest, interest == nullptr});
        int error = 0;
        {
            const std::lock_guard lock(mutex_);
            if (closed_) return;
            const time_point now = now_();
            if (interest) interest->asked(now);
            if (queue_.join(question, one, now, unwanted_askers)) return;
            const auto added = queue_.add(question, asks, one);
            queue_.sweep(unwanted);
            error = start_threads();
            if (error == 0 || threads_ != 0) return;
            refused = queue_.remove(*added);
        }
        answer_all(refused.front().wanted_by, {.error = {error, net::error::get_system_category()}});
    }

    /// Drops all queued lookups and all pending answers. May be called more than once, and from within an
    /// answer function.
    [[gnu::cold]] void close() noexcept {
        lookup_queue::lookups dropped;
        lookup_queue::askers dropped_askers;
        std::unique_lock lock(mutex_);
        closed_ = true;
        queue_.take_all(dropped, dropped_askers);
        lock.unlock();  // objects that the answer functions own are destroyed without the lock
        dropped.clear();
        dropped_askers.clear();
        lock.lock();
        wait_for_answers(lock);
    }

    std::size_t threads() const noexcept {
        const std::lock_guard lock(mutex_);
        return threads_;
    }
    std::size_t queued() const noexcept {
        const std::lock_guard lock(mutex_);
        return queue_.waiting();
    }

    /// Called before and after fork(2), which does not copy the threads: the child repeats the lookups of the
    /// parent's threads. The lock is held between the two calls.
    [[gnu::cold]] void before_fork() noexcept {
        std::unique_lock lock(mutex_);
        wait_for_answers(lock);
        lock.release();
    }
    [[gnu::cold]] void after_fork(bool in_child) noexcept {
        const std::lock_guard lock(mutex_, std::adopt_lock);
        if (!in_child || closed_) return;
        threads_ = 0;
        starting_ = 0;
        queue_.begin_anew();
        start_threads();
    }

private:
    // Starts one thread for each lookup that may begin and has no thread on its way yet, as far as allowed
    // and possible.
    [[gnu::cold]] int start_threads() noexcept {
        while (threads_ < max_threads && starting_ < queue_.runnable()) {
            const auto self = new (std::nothrow) std::shared_ptr<system_resolver>(shared_from_this());
            if (self == nullptr) return ENOMEM;
            if (const int error = start_(&system_resolver::run, self); error != 0) {
                delete self;
                return error;
            }
            ++threads_;
            ++starting_;
        }
        return 0;
    }

    static void* run(void* argument) noexcept {
        const std::unique_ptr<std::shared_ptr<system_resolver>> self(
            static_cast<std::shared_ptr<system_resolver>*>(argument));
        (*self)->work();
        return nullptr;
    }

    [[gnu::cold]] void work() noexcept {
        std::unique_lock lock(mutex_);
        --starting_;
        for (;;) {
            lookup_queue::lookups unwanted;
            lookup_queue::lookup* const current = queue_.begin_next(now_(), unwanted);
            if (current == nullptr && unwanted.empty()) break;
            start_threads();  // for lookups for which no thread could be started earlier
            if (!unwanted.empty()) finish(std::move(unwanted), {}, lock);
            if (current == nullptr) continue;
            lock.unlock();
            lookup_answer result = look_up(current->question());
            lock.lock();
            finish(queue_.remove(*current), std::move(result), lock);
        }
        --threads_;
    }

    /// Calls and destroys the answers. Before, close() could still take the askers; now it waits for this
    /// function.
    [[gnu::cold]] void finish(lookup_queue::lookups done, lookup_answer result,
                              std::unique_lock<std::mutex>& lock) noexcept {
        ++answering_;
        lock.unlock();
        answering_here_ = this;
        answer_all(done.back().wanted_by, std::move(result));
        done.clear();
        answering_here_ = nullptr;
        lock.lock();
        --answering_;
        answered_.notify_all();
    }

    [[gnu::cold]] void answer_all(const lookup_queue::askers& askers, lookup_answer result) const noexcept {
        if (askers.empty()) return;
        const auto last = std::prev(askers.end());
        for (auto each = askers.begin(); each != last; ++each) answer_one(*each, copy_of(result));
        answer_one(*last, std::move(result));
    }

    void answer_one(const lookup_queue::asker& asker, lookup_answer result) const noexcept {
        if (!is_closed() && asker.is_wanted()) call(asker.answer, std::move(result));
    }

    [[gnu::cold]] static lookup_answer copy_of(const lookup_answer& result) noexcept {
        try {
            return result;
        } catch (...) {
            return {.error = net::error::no_memory};
        }
    }

    static void call(const answer_function& answer, lookup_answer result) noexcept {
        if (!answer) return;
        try {
            answer(std::move(result));
        } catch (...) {
            // Nobody on this thread can be notified. The operation ends by its time limit.
        }
    }

    bool is_closed() const noexcept {
        const std::lock_guard lock(mutex_);
        return closed_;
    }

    void wait_for_answers(std::unique_lock<std::mutex>& lock) noexcept {
        const std::size_t own = answering_here_ == this ? 1 : 0;
        answered_.wait(lock, [&] { return answering_ == own; });
    }

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

    explicit system_resolver_service(net::execution_context& context)
        : system_resolver_service(context, std::make_shared<system_resolver>()) {}
    system_resolver_service(net::execution_context& context, std::shared_ptr<system_resolver> resolver)
        : service(context), resolver_(std::move(resolver)) {}
    ~system_resolver_service() { resolver_->close(); }

    const std::shared_ptr<system_resolver>& resolver() const noexcept { return resolver_; }

private:
    void shutdown() noexcept override { resolver_->close(); }

    void notify_fork(net::execution_context::fork_event event) override {
        switch (event) {
        case net::execution_context::fork_prepare: return resolver_->before_fork();
        case net::execution_context::fork_parent: return resolver_->after_fork(false);
        case net::execution_context::fork_child: return resolver_->after_fork(true);
        }
    }

    std::shared_ptr<system_resolver> resolver_;
};

/// The resolver of a context, made at the first call. After the context is destroyed it gives no more
/// answers.
inline std::shared_ptr<system_resolver> system_resolver_of(net::execution_context& context) {
    return net::use_service<system_resolver_service>(context).resolver();
}

}  // namespace uplink::detail
