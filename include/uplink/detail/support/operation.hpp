// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A pending operation: the user's completion handler and the data that the library keeps for it, in one block
// from the handler's associated allocator. The sender, the receiver and the connect race use only the typed
// base class; `handler_operation` derives from it and adds the handler.
//
// Life: the initiating function makes the operation; the part of the client that carries it out links it
// until it is decided; then the client's completion queue has it, and calls complete(). That function clears
// the cancellation slot, moves the handler and the result out, frees the memory, and calls the handler on its
// executor. abandon() is the other end: the context is being destroyed, and the handler is destroyed
// uncalled.
#pragma once

#include <uplink/detail/support/intrusive_list.hpp>
#include <uplink/net.hpp>

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <new>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct operation_list_tag;

class operation_base : public list_hook<operation_list_tag> {
public:
    /// Calls the handler. Called only on the client's executor, and never from an initiating function.
    virtual void complete() = 0;
    /// Destroys the handler uncalled.
    virtual void abandon() noexcept = 0;
    /// The client was closed after this operation was decided and before its handler was called. Returns true
    /// if that changes the result: the success of a connect becomes operation_aborted.
    virtual bool closed_before_delivery() noexcept { return false; }
    /// Memory from the handler's associated allocator, for data that the operation needs until it ends.
    virtual std::pmr::memory_resource& memory() noexcept = 0;

protected:
    operation_base() = default;
    ~operation_base() = default;
};

using operation_list = intrusive_list<operation_base, operation_list_tag>;

/// An executor that keeps its context running for as long as it exists, if it can do that.
template <class Executor>
using tracked_executor_t = std::decay_t<decltype(net::prefer(std::declval<const Executor&>(),
                                                             net::execution::outstanding_work.tracked))>;

/// `Default` is the allocator of a handler that has no associated one.
template <class Handler, class Default = net::recycling_allocator<void>>
using operation_allocator_of_t = net::associated_allocator_t<Handler, Default>;

/// A function without arguments that has the allocator of its handler, so that a change of executor uses that
/// too.
template <class Handler, class Arguments> class bound_completion {
public:
    using allocator_type = operation_allocator_of_t<Handler>;

    bound_completion(Handler&& handler, Arguments&& arguments, std::shared_ptr<void> viewed = nullptr)
        : handler_(std::move(handler)), arguments_(std::move(arguments)), viewed_(std::move(viewed)) {}
    allocator_type get_allocator() const noexcept {
        return net::get_associated_allocator(handler_, net::recycling_allocator<void>());
    }
    void operator()() { std::apply(std::move(handler_), std::move(arguments_)); }

private:
    Handler handler_;
    Arguments arguments_;
    std::shared_ptr<void> viewed_;
};

template <class Arguments> struct has_view : std::false_type {};
template <class... Arguments>
struct has_view<std::tuple<Arguments...>> : std::disjunction<std::is_same<Arguments, std::string_view>...> {};

/// The handler's allocator as a memory resource, for parts of an operation that do not know the type of the
/// handler.
template <class Allocator> class allocator_resource final : public std::pmr::memory_resource {
public:
    explicit allocator_resource(const Allocator& allocator) noexcept : allocator_(allocator) {}

    const Allocator& allocator() const noexcept { return allocator_; }

private:
    struct alignas(std::max_align_t) unit {
        unsigned char bytes[alignof(std::max_align_t)];
    };
    using unit_allocator = typename std::allocator_traits<Allocator>::template rebind_alloc<unit>;

    static std::size_t units(std::size_t bytes) noexcept { return (bytes + sizeof(unit) - 1) / sizeof(unit); }
    void* do_allocate(std::size_t bytes, std::size_t alignment) override {
        if (alignment > alignof(unit)) throw std::bad_alloc();
        return unit_allocator(allocator_).allocate(units(bytes));
    }
    void do_deallocate(void* pointer, std::size_t bytes, std::size_t) override {
        unit_allocator(allocator_).deallocate(static_cast<unit*>(pointer), units(bytes));
    }
    bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
        return this == &other;
    }

    Allocator allocator_;
};

/// `Base` derives from operation_base and has result(), which returns a tuple of the handler's arguments. It
/// may have delivering(), called just before the handler, and release_memory(), called before memory() is
/// destroyed.
template <class Base, class Handler, class ClientExecutor, class DefaultAllocator>
class handler_operation final : public Base {
    using allocator_type = operation_allocator_of_t<Handler, DefaultAllocator>;
    using handler_executor = net::associated_executor_t<Handler, ClientExecutor>;
    using tracked_executor = tracked_executor_t<handler_executor>;
    using self_allocator =
        typename std::allocator_traits<allocator_type>::template rebind_alloc<handler_operation>;

public:
    /// Moves from the handler only after the memory has been allocated: if that throws, the caller's handler
    /// is unchanged.
    template <class... Arguments>
    static handler_operation* make(Handler& handler, const ClientExecutor& client_executor,
                                   const DefaultAllocator& default_allocator, Arguments&&... arguments) {
        const allocator_type associated = net::get_associated_allocator(handler, default_allocator);
        self_allocator allocator(associated);
        handler_operation* memory = std::allocator_traits<self_allocator>::allocate(allocator, 1);
        try {
            return new (static_cast<void*>(memory)) handler_operation(handler, client_executor, associated,
                                                                      std::forward<Arguments>(arguments)...);
        } catch (...) {
            std::allocator_traits<self_allocator>::deallocate(allocator, memory, 1);
            throw;
        }
    }

    auto cancellation_slot() const noexcept { return net::get_associated_cancellation_slot(handler_); }

    void complete() override {
        clear_slot();
        if constexpr (requires { this->delivering(); }) this->delivering();
        auto arguments = this->result();
        // The owner of the bytes of a view must not be destroyed with the client before the handler has been
        // called.
        std::shared_ptr<void> viewed;
        if constexpr (has_view<decltype(arguments)>::value) viewed = this->core->shared_from_this();
        ClientExecutor client_executor(std::move(client_executor_));
        // Keeps the handler's context running during the change of executor.
        tracked_executor work(std::move(work_));
        Handler handler(std::move(handler_));
        free();
        handler_executor target = net::get_associated_executor(handler, client_executor);
        // Already on the client's executor: does the same as dispatch, without its type-erased allocation.
        if constexpr (std::is_same_v<handler_executor, ClientExecutor>) {
            if (target == client_executor) {
                std::apply(std::move(handler), std::move(arguments));
                return;
            }
        }
        net::dispatch(target, bound_completion(std::move(handler), std::move(arguments), std::move(viewed)));
    }

    void abandon() noexcept override {
        // The handler may own the client, and with it the signal of the slot: the slot is cleared first.
        clear_slot();
        tracked_executor work(std::move(work_));
        [[maybe_unused]] const Handler handler(std::move(handler_));
        free();
    }

    std::pmr::memory_resource& memory() noexcept override { return resource_; }

private:
    template <class... Arguments>
    handler_operation(Handler& handler, const ClientExecutor& client_executor,
                      const allocator_type& allocator, Arguments&&... arguments)
        : Base(std::forward<Arguments>(arguments)...), client_executor_(client_executor),
          work_(net::prefer(net::get_associated_executor(handler, client_executor),
                            net::execution::outstanding_work.tracked)),
          resource_(allocator), handler_(std::move(handler)) {}
    ~handler_operation() {
        if constexpr (requires { this->release_memory(); }) this->release_memory();
    }

    void clear_slot() noexcept {
        auto slot = cancellation_slot();
        if (slot.is_connected()) slot.clear();
    }

    void free() noexcept {
        self_allocator allocator(resource_.allocator());
        this->~handler_operation();
        std::allocator_traits<self_allocator>::deallocate(allocator, this, 1);
    }

    ClientExecutor client_executor_;
    tracked_executor work_;
    allocator_resource<allocator_type> resource_;
    Handler handler_;
};

}  // namespace uplink::detail
