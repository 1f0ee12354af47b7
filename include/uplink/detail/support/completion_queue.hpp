// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The operations that are decided and whose handlers have not been called yet. Every part of a client adds to
// the queue, at any time, also within an initiating function. Handlers are called only from run(), on the
// client's executor: at the end of a step of I/O, or from a function posted for that purpose. So no handler
// runs inside an initiating function; handlers run in the order in which their operations were decided; a
// million immediate completions use no stack; and after a handler has thrown, the remaining ones are posted.
// The queue owns its operations until it has called their handlers.
#pragma once

#include <uplink/detail/support/operation.hpp>
#include <uplink/detail/support/operation_memory.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/net.hpp>

#include <cstddef>
#include <memory>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// The functions that a completion queue calls on its owner, the client's core.
template <class Owner>
concept completion_owner = requires(Owner& owner) {
    owner.get_executor();
    owner.shared_from_this();
    owner.completions();  // the queue itself
    owner.deadlines();
    owner.resume_deferred();  // sends that are deferred until the handlers have been called
    owner.finish_turn();
};

template <class Owner> class completion_queue {
    static constexpr std::size_t memory_size = 112;
    static constexpr std::size_t most_chained = 8;

public:
    using memory_type = operation_memory<memory_size>;
    using allocator_type = operation_allocator<void, memory_size>;

    explicit completion_queue(Owner& owner) noexcept : owner_(owner) {
        static_assert(completion_owner<Owner>, "the owner of a completion queue has to be a client's core");
    }

    void push(operation_base& operation) noexcept {
        decided_.push_back(operation);
        ++count_;
    }

    bool is_waiting() const noexcept { return count_ != 0; }
    bool is_running() const noexcept { return running_ != 0; }

    /// Makes sure that run() will be called, unless it is running. If there is no memory to post, the
    /// operations stay, and the next step of the client calls their handlers.
    void post() noexcept;

    /// Calls the handlers of the operations decided so far. Also calls some of those that are decided
    /// meanwhile, which saves a turn of the event loop; the others are posted, so that other work of the
    /// executor gets its turn. The caller must keep the owner alive.
    void run();

    template <class Visitor> void for_each(Visitor visit) {
        for (operation_base* item = decided_.empty() ? nullptr : &decided_.front(); item != nullptr;
             item = decided_.next(*item)) {
            visit(*item);
        }
    }

    /// Memory for one function that is posted to the owner's executor and owns a share of the owner.
    memory_type& memory() noexcept { return memory_; }

    void abandon() noexcept;

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

template <class Owner> UPLINK_DECL void completion_queue<Owner>::post() noexcept {
    if (running_ != 0 || posted_ || decided_.empty()) return;
    posted_ = true;
    try {
        net::post(owner_.get_executor(), posted_run{owner_.shared_from_this(), memory_});
    } catch (...) {
        posted_ = false;
    }
}

template <class Owner> UPLINK_DECL void completion_queue<Owner>::run() {
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

template <class Owner> UPLINK_DECL void completion_queue<Owner>::abandon() noexcept {
    while (!decided_.empty()) pop().abandon();
}

}  // namespace uplink::detail
