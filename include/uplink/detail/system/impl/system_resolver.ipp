// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of system_resolver.hpp.
#pragma once

#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/system/lookup_interest.hpp>
#include <uplink/detail/system/lookup_queue.hpp>
#include <uplink/detail/system/system_lookup.hpp>
#include <uplink/detail/system/system_resolver.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>

#include <cerrno>
#include <cstddef>
#include <iterator>
#include <memory>
#include <mutex>
#include <new>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL system_resolver::system_resolver(clock_function now, thread_starter start)
    : now_(now), start_(start) {}

UPLINK_DECL void system_resolver::resolve(const lookup_question& question, answer_function answer,
                                          const std::shared_ptr<lookup_interest>& interest, part asks) {
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

UPLINK_DECL void system_resolver::close() noexcept {
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

UPLINK_DECL std::size_t system_resolver::threads() const noexcept {
    const std::lock_guard lock(mutex_);
    return threads_;
}

UPLINK_DECL std::size_t system_resolver::queued() const noexcept {
    const std::lock_guard lock(mutex_);
    return queue_.waiting();
}

UPLINK_DECL void system_resolver::before_fork() noexcept {
    std::unique_lock lock(mutex_);
    wait_for_answers(lock);
    lock.release();
}

UPLINK_DECL void system_resolver::after_fork(bool in_child) noexcept {
    const std::lock_guard lock(mutex_, std::adopt_lock);
    if (!in_child || closed_) return;
    threads_ = 0;
    starting_ = 0;
    queue_.begin_anew();
    start_threads();
}

UPLINK_DECL int system_resolver::start_threads() noexcept {
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

UPLINK_DECL void* system_resolver::run(void* argument) noexcept {
    const std::unique_ptr<std::shared_ptr<system_resolver>> self(
        static_cast<std::shared_ptr<system_resolver>*>(argument));
    (*self)->work();
    return nullptr;
}

UPLINK_DECL void system_resolver::work() noexcept {
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

UPLINK_DECL void system_resolver::finish(lookup_queue::lookups done, lookup_answer result,
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

UPLINK_DECL void system_resolver::answer_all(const lookup_queue::askers& askers,
                                             lookup_answer result) const noexcept {
    if (askers.empty()) return;
    const auto last = std::prev(askers.end());
    for (auto each = askers.begin(); each != last; ++each) answer_one(*each, copy_of(result));
    answer_one(*last, std::move(result));
}

UPLINK_DECL void system_resolver::answer_one(const lookup_queue::asker& asker,
                                             lookup_answer result) const noexcept {
    if (!is_closed() && asker.is_wanted()) call(asker.answer, std::move(result));
}

UPLINK_DECL lookup_answer system_resolver::copy_of(const lookup_answer& result) noexcept {
    try {
        return result;
    } catch (...) {
        return {.error = net::error::no_memory};
    }
}

UPLINK_DECL void system_resolver::call(const answer_function& answer, lookup_answer result) noexcept {
    if (!answer) return;
    try {
        answer(std::move(result));
    } catch (...) {
        // Nobody on this thread can be notified. The operation ends by its time limit.
    }
}

UPLINK_DECL bool system_resolver::is_closed() const noexcept {
    const std::lock_guard lock(mutex_);
    return closed_;
}

UPLINK_DECL void system_resolver::wait_for_answers(std::unique_lock<std::mutex>& lock) noexcept {
    const std::size_t own = answering_here_ == this ? 1 : 0;
    answered_.wait(lock, [&] { return answering_ == own; });
}

UPLINK_DECL system_resolver_service::system_resolver_service(net::execution_context& context)
    : system_resolver_service(context, std::make_shared<system_resolver>()) {}

UPLINK_DECL system_resolver_service::system_resolver_service(net::execution_context& context,
                                                             std::shared_ptr<system_resolver> resolver)
    : service(context), resolver_(std::move(resolver)) {}

UPLINK_DECL system_resolver_service::~system_resolver_service() { resolver_->close(); }

UPLINK_DECL void system_resolver_service::shutdown() noexcept { resolver_->close(); }

UPLINK_DECL void system_resolver_service::notify_fork(net::execution_context::fork_event event) {
    switch (event) {
    case net::execution_context::fork_prepare: return resolver_->before_fork();
    case net::execution_context::fork_parent: return resolver_->after_fork(false);
    case net::execution_context::fork_child: return resolver_->after_fork(true);
    }
}

UPLINK_DECL std::shared_ptr<system_resolver> system_resolver_of(net::execution_context& context) {
    return net::use_service<system_resolver_service>(context).resolver();
}

}  // namespace uplink::detail
