// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Where decided operations wait for their handlers to be called. Engines add to it from anywhere, an
// initiating function included; handlers are called only from run(), on the client's executor, either
// at the end of a step of I/O or from a function posted for the purpose. So no handler runs inside an
// initiating function, handlers run in the order in which their operations were decided, a million
// immediate completions use no stack, and a handler that throws leaves the rest of them posted.
#pragma once

#include <uplink/detail/support/operation.hpp>
#include <uplink/detail/support/operation_memory.hpp>
#include <uplink/net.hpp>

#include <cstddef>
#include <memory>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// `Owner` is the client's core, as turn.hpp says; completions() gives this queue, and finish_turn() is a turn's end.
template <class Owner> class completion_queue {
    static constexpr std::size_t memory_size = 112;
    static constexpr std::size_t most_chained = 8;

public:
    using memory_type = operation_memory<memory_size>;
    using allocator_type = operation_allocator<void, memory_size>;

    explicit completion_queue(Owner& owner) noexcept : owner_(owner) {}

    void push(operation_base& operation) noexcept {
        decided_.push_back(operation);
        ++count_;
    }

    bool is_waiting() const noexcept { return count_ != 0; }
    bool is_running() const noexcept { return running_ != 0; }

    /// Makes sure that run() will be called, if it isn't going on. Where there is no memory to post with, the
    /// operations stay, and the client's next step calls them.
    void post() noexcept {
        if (running_ != 0 || posted_ || decided_.empty()) return;
        posted_ = true;
        try {
            net::post(owner_.get_executor(), posted_run{owner_.shared_from_this(), memory_});
        } catch (...) {
            posted_ = false;
        }
    }

    /// Calls the handlers decided so far, and some of those that they decide in turn, which saves a turn of
    /// the event loop; the others are posted, so that other work of the executor gets its turn. The owner
    /// must be kept alive by the caller.
    void run() {
        struct leave {
            completion_queue& queue;
            ~leave() {
                --queue.running_;
                queue.owner_.resume_deferred();
                queue.owner_.deadlines().cancel_idle_timer();
                queue.post();
            }
        } guard{*this};
        ++running_;
        for (std::size_t due = count_ + most_chained; due != 0; --due) {
            if (decided_.empty()) owner_.resume_deferred();
            if (decided_.empty()) return;
            pop().complete();
        }
    }

    template <class Visitor> void for_each(Visitor visit) {
        for (operation_base* item = decided_.empty() ? nullptr : &decided_.front(); item != nullptr;
             item = decided_.next(*item)) {
            visit(*item);
        }
    }

    /// For one function that is posted to the owner's executor, and keeps the owner.
    memory_type& memory() noexcept { return memory_; }

    void abandon() noexcept {
        while (!decided_.empty()) pop().abandon();
    }

private:
    struct posted_run {
        using allocator_type = completion_queue::allocator_type;
        std::shared_ptr<Owner> owner;
        memory_type& memory;

        allocator_type get_allocator() const noexcept { return allocator_type(memory); }
        void operator()() {
            owner->completions().posted_ = false;
            owner->finish_turn();
        }
    };

    operation_base& pop() noexcept {
        --count_;
        return decided_.pop_front();
    }

    Owner& owner_;
    operation_list decided_;
    memory_type memory_;
    std::size_t count_ = 0;
    std::size_t running_ = 0;
    bool posted_ = false;
};

}  // namespace uplink::detail
