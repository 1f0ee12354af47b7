// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Looks names up with the system's getaddrinfo, which blocks, cannot be cancelled, and can be stuck for minutes.
// So each lookup runs on a thread that nobody waits for: started on demand, at most 16 for one execution
// context, ended when there is no more work. While fewer than 16 are stuck no lookup waits behind another; beyond
// that they queue, and one that nobody wants any more is dropped unasked.
//
// Ownership: each thread owns a share of the resolver, and through it the names that it looks up, all from the global
// heap. So client and context may be destroyed while a lookup is stuck; the thread ends on its own, later. The
// context's service closes the resolver: from then on no answer is called, and every answer function that was
// handed in has been destroyed. To promise that, close() waits for an answer that is being called at that very
// moment (by contract it only posts), never for a lookup.
#pragma once

#include <uplink/detail/op/detached_thread.hpp>
#include <uplink/detail/op/system_lookup.hpp>
#include <uplink/detail/support/asio.hpp>
#include <uplink/options.hpp>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <iterator>
#include <list>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// Made with std::make_shared only.
class system_resolver final : public name_resolver, public std::enable_shared_from_this<system_resolver> {
public:
    using answer_function = std::function<void(error_code, std::vector<net::ip::tcp::endpoint>)>;

    static constexpr std::size_t max_threads = 16;

    void resolve(const std::string& host, const std::string& service, address_family family,
                 answer_function answer) override {
        resolve(host, service, family, std::move(answer), std::weak_ptr<void>());
    }

    /// Once `interest` has expired the answer is not called, and a lookup that has not begun is dropped; one never
    /// set does not expire. `answer` is called on a lookup's thread, or within this call where no thread can be
    /// started; it must not block, and what it throws is lost. May throw std::bad_alloc, and then has done nothing.
    void resolve(const std::string& host, const std::string& service, address_family family,
                 answer_function answer, std::weak_ptr<void> interest) {
        std::list<job> unwanted;
        std::list<job> added;
        const bool always = is_unset(interest);
        added.push_back(job{host, service, family, std::move(answer), std::move(interest), always});
        int error = 0;
        {
            const std::lock_guard lock(mutex_);
            if (closed_) return;
            take_unwanted(unwanted);
            queued_.splice(queued_.end(), added);
            error = start_threads();
            if (error == 0 || threads_ != 0) return;
            added.splice(added.begin(), queued_, std::prev(queued_.end()));
        }
        call(added.front().answer, lookup_result{error_code(error, net::error::get_system_category()), {}});
    }

    /// Drops what is queued and all answers that are due. May be called more than once, and by an answer.
    void close() noexcept {
        std::list<job> dropped;
        std::unique_lock lock(mutex_);
        closed_ = true;
        dropped.swap(queued_);
        for (;;) {
            const auto due = std::find_if(running_.begin(), running_.end(),
                                          [](const job& item) { return static_cast<bool>(item.answer); });
            if (due == running_.end()) break;
            answer_function answer = std::exchange(due->answer, nullptr);
            lock.unlock();  // what the answer owns is destroyed without our lock
            answer = nullptr;
            lock.lock();
        }
        wait_for_answers(lock);
    }

    std::size_t threads() const noexcept {
        const std::lock_guard lock(mutex_);
        return threads_;
    }
    std::size_t queued() const noexcept {
        const std::lock_guard lock(mutex_);
        return queued_.size();
    }

    /// Around fork(), which leaves the threads behind: the child asks again what the parent's threads were asking.
    void before_fork() noexcept {
        std::unique_lock lock(mutex_);
        wait_for_answers(lock);
        lock.release();
    }
    void after_fork(bool in_child) noexcept {
        const std::lock_guard lock(mutex_, std::adopt_lock);
        if (!in_child || closed_) return;
        threads_ = 0;
        starting_ = 0;
        queued_.splice(queued_.begin(), running_);
        start_threads();
    }

private:
    struct job {
        std::string host;
        std::string service;
        address_family family;
        answer_function answer;
        std::weak_ptr<void> interest;
        bool always_wanted;

        bool is_wanted() const noexcept { return always_wanted || !interest.expired(); }
    };

    static bool is_unset(const std::weak_ptr<void>& interest) noexcept {
        const std::weak_ptr<void> unset;
        return !interest.owner_before(unset) && !unset.owner_before(interest);
    }

    // One thread for each queued job that no thread is already on its way to, as far as allowed and possible.
    int start_threads() noexcept {
        while (threads_ < max_threads && starting_ < queued_.size()) {
            const auto self = new (std::nothrow) std::shared_ptr<system_resolver>(shared_from_this());
            if (self == nullptr) return ENOMEM;
            if (const int error = start_detached_thread(&system_resolver::run, self); error != 0) {
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

    void work() noexcept {
        std::unique_lock lock(mutex_);
        --starting_;
        while (!queued_.empty()) {
            running_.splice(running_.end(), queued_, queued_.begin());
            const auto current = std::prev(running_.end());
            start_threads();  // for those that wait because none could be started earlier
            lock.unlock();
            lookup_result result;
            const bool asked = current->is_wanted();
            if (asked) result = look_up(current->host, current->service, current->family);
            lock.lock();
            std::list<job> finished;
            finished.splice(finished.begin(), running_, current);
            ++answering_;
            lock.unlock();
            // close() may have taken the answer; from here on it waits instead.
            answering_here_ = this;
            if (asked && finished.front().is_wanted()) call(finished.front().answer, std::move(result));
            finished.clear();
            answering_here_ = nullptr;
            lock.lock();
            --answering_;
            answered_.notify_all();
        }
        --threads_;
    }

    static void call(const answer_function& answer, lookup_result result) noexcept {
        if (!answer) return;
        try {
            answer(result.error, std::move(result.endpoints));
        } catch (...) {
            // There is nobody on this thread to tell. The operation ends by its time limit.
        }
    }

    void wait_for_answers(std::unique_lock<std::mutex>& lock) noexcept {
        const std::size_t own = answering_here_ == this ? 1 : 0;
        answered_.wait(lock, [&] { return answering_ == own; });
    }

    // While all threads are stuck, clients that give up and ask again must not make the queue grow: it is swept
    // each time that it has doubled.
    void take_unwanted(std::list<job>& unwanted) noexcept {
        if (queued_.size() < sweep_at_) return;
        for (auto item = queued_.begin(); item != queued_.end();) {
            const auto next = std::next(item);
            if (!item->is_wanted()) unwanted.splice(unwanted.end(), queued_, item);
            item = next;
        }
        sweep_at_ = (std::max)(max_threads, 2 * queued_.size());
    }

    mutable std::mutex mutex_;
    std::condition_variable answered_;
    std::list<job> queued_;
    std::list<job> running_;  // its names stay where they are while a thread looks them up
    std::size_t threads_ = 0;
    std::size_t starting_ = 0;  // threads that have not come to their first job
    std::size_t answering_ = 0;
    std::size_t sweep_at_ = max_threads;
    bool closed_ = false;
    static inline thread_local const system_resolver* answering_here_ = nullptr;
};

class system_resolver_service final : public net::execution_context::service {
public:
    [[gnu::visibility("default")]] static inline net::execution_context::id id;
    using key_type = system_resolver_service;

    explicit system_resolver_service(net::execution_context& context)
        : service(context), resolver_(std::make_shared<system_resolver>()) {}
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

/// The resolver of a context, made at the first call. After the context it answers nothing more.
inline std::shared_ptr<system_resolver> system_resolver_of(net::execution_context& context) {
    return net::use_service<system_resolver_service>(context).resolver();
}

}  // namespace uplink::detail
