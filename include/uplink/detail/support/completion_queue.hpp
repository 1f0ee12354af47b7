// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Where decided operations wait for their handlers to be called. Engines add to it from anywhere, an
// initiating function included; handlers are called only from run(), on the client's executor, either
// at the end of a step of I/O or from a function posted for the purpose. So no handler runs inside an
// initiating function, handlers run in the order in which their operations were decided, a million
// immediate completions use no stack, and a handler that throws leaves the rest of them posted.
#pragma once

#include <uplink/detail/support/asio.hpp>
#include <uplink/detail/support/operation.hpp>
#include <uplink/detail/support/operation_memory.hpp>

#include <memory>
#include <utility>

namespace uplink::detail {

/// `Owner` is the client's core: get_executor(), completions(), deadlines(), shared_from_this().
template <class Owner> class completion_queue {
    static constexpr std::size_t memory_size = 192;

public:
    explicit completion_queue(Owner& owner) noexcept : owner_(owner) {}

    void push(operation_base& operation) noexcept { decided_.push_back(operation); }

    /// For steps that are not themselves on the event loop: makes sure that run() will be called.
    void post() {
        if (posted_ || running_ || decided_.empty()) return;
        posted_ = true;
        try {
            net::post(owner_.get_executor(), posted_run{owner_.shared_from_this(), memory_});
        } catch (...) {
            posted_ = false;
            throw;
        }
    }

    /// Calls the handlers decided so far; those that they decide in turn are posted, so that other work
    /// of the executor gets its turn. The owner must be kept alive by the caller.
    void run() {
        if (running_) return;
        running_ = true;
        operation_list batch;
        decided_.swap_into(batch);
        struct leave {
            completion_queue& queue;
            operation_list& batch;
            ~leave() {
                queue.decided_.splice_front(batch);
                queue.running_ = false;
                queue.owner_.deadlines().settle();
                queue.post_again();
            }
        } guard{*this, batch};
        while (!batch.empty()) batch.pop_front().complete();
    }

    template <class Visitor> void for_each(Visitor visit) {
        for (operation_base* item = decided_.empty() ? nullptr : &decided_.front(); item != nullptr;
             item = decided_.next(*item)) {
            visit(*item);
        }
    }

    void abandon() noexcept {
        operation_list batch;
        decided_.swap_into(batch);
        while (!batch.empty()) batch.pop_front().abandon();
    }

private:
    struct posted_run {
        using allocator_type = operation_allocator<void, memory_size>;
        std::shared_ptr<Owner> owner;
        operation_memory<memory_size>& memory;

        allocator_type get_allocator() const noexcept { return allocator_type(memory); }
        void operator()() {
            auto& queue = owner->completions();
            queue.posted_ = false;
            queue.run();
        }
    };

    // From a destructor that may run while a handler's exception passes: the operations stay in the list
    // if there is no memory to post with, and the next step of the client calls them.
    void post_again() noexcept {
        try {
            post();
        } catch (...) {
        }
    }

    Owner& owner_;
    operation_list decided_;
    operation_memory<memory_size> memory_;
    bool posted_ = false;
    bool running_ = false;
};

}  // namespace uplink::detail
