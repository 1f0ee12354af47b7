// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A pending operation of a simulated socket or timer: the handler, the executor of the socket or timer, and
// the buffers, with their types erased. Its memory comes from the handler's associated allocator and is freed
// before the handler is called, as in Asio's own operations. The simulation owns the operation until it
// completes.
#pragma once

#include <uplink/net.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

/// A handler with its results. Its associated executor, allocator and cancellation slot are those of the
/// handler.
template <class Handler, bool WithCount> struct completion {
    Handler handler;
    error_code ec;
    std::size_t count;

    void operator()() {
        if constexpr (WithCount) {
            std::move(handler)(ec, count);
        } else {
            std::move(handler)(ec);
        }
    }
};

/// Memory for one posting.
class posting_block {
public:
    /// Null if the block is taken or too small.
    void* take(std::size_t bytes, std::size_t alignment) noexcept {
        if (is_taken_ || bytes > sizeof(memory_) || alignment > alignof(std::max_align_t)) return nullptr;
        is_taken_ = true;
        return memory_;
    }
    /// False if the memory is not from this block.
    bool give_back(const void* memory) noexcept {
        if (memory != static_cast<const void*>(memory_)) return false;
        is_taken_ = false;
        return true;
    }

private:
    alignas(std::max_align_t) unsigned char memory_[128];
    bool is_taken_ = false;
};

class operation {
public:
    static constexpr std::size_t no_number = (std::numeric_limits<std::size_t>::max)();

    /// Frees this object, then calls the handler on its executor.
    virtual void invoke() = 0;
    /// Destroys this object and the handler.
    virtual void destroy() noexcept = 0;
    /// The size of the buffers.
    virtual std::size_t size() const noexcept = 0;
    /// Copies into the buffers of a read.
    virtual std::size_t put(std::string_view bytes) = 0;
    /// Copies the first `count` bytes of a write's buffers.
    virtual std::string take(std::size_t count) = 0;

    std::size_t number = no_number;  ///< its number in the fault plan
    error_code ec{};
    std::size_t count = 0;
    posting_block block{};

protected:
    ~operation() = default;
};

struct operation_delete {
    void operator()(operation* op) const noexcept { op->destroy(); }
};
using operation_ptr = std::unique_ptr<operation, operation_delete>;

/// Allocates memory inside the operation for the one posting that completes it, so that a completion cannot
/// fail.
template <class T> class posting_allocator {
public:
    using value_type = T;

    explicit posting_allocator(posting_block& block) noexcept : block_(&block) {}
    template <class U> posting_allocator(const posting_allocator<U>& other) noexcept : block_(other.block_) {}

    T* allocate(std::size_t count) {
        void* memory = block_->take(count * sizeof(T), alignof(T));
        return memory != nullptr ? static_cast<T*>(memory) : std::allocator<T>().allocate(count);
    }
    void deallocate(T* memory, std::size_t count) noexcept {
        if (!block_->give_back(memory)) std::allocator<T>().deallocate(memory, count);
    }
    template <class U> bool operator==(const posting_allocator<U>& other) const noexcept {
        return block_ == other.block_;
    }

private:
    template <class> friend class posting_allocator;
    posting_block* block_;
};

/// Owns a completed operation on its way through the io_context. If it is destroyed uncalled, it destroys the
/// handler.
class posted_operation {
public:
    using allocator_type = posting_allocator<void>;

    explicit posted_operation(operation_ptr op) noexcept;
    allocator_type get_allocator() const noexcept;
    void operator()();

private:
    operation_ptr op_;
};

struct no_buffers {};

template <bool WithCount, class Handler, class Executor, class Buffers>
class operation_node final : public operation {
    using allocator_type = typename std::allocator_traits<
        net::associated_allocator_t<Handler>>::template rebind_alloc<operation_node>;
    using allocator_traits = std::allocator_traits<allocator_type>;

public:
    template <class Handler1>
    operation_node(Handler1&& handler, const Executor& ex, const Buffers& buffers)
        : handler_(std::forward<Handler1>(handler)), ex_(ex), buffers_(buffers) {}

    template <class Handler1>
    static operation_ptr make(Handler1&& handler, const Executor& ex, const Buffers& buffers) {
        allocator_type allocator(net::get_associated_allocator(handler));
        operation_node* memory = allocator_traits::allocate(allocator, 1);
        try {
            return operation_ptr(::new (static_cast<void*>(memory))
                                     operation_node(std::forward<Handler1>(handler), ex, buffers));
        } catch (...) {
            allocator_traits::deallocate(allocator, memory, 1);
            throw;
        }
    }

    void invoke() override {
        allocator_type allocator(net::get_associated_allocator(handler_));
        completion<Handler, WithCount> done{std::move(handler_), ec, count};
        const Executor ex(std::move(ex_));
        release(allocator);
        net::dispatch(ex, std::move(done));
    }

    void destroy() noexcept override {
        allocator_type allocator(net::get_associated_allocator(handler_));
        // The handler may own the owner of this operation: it is destroyed after the memory is free.
        [[maybe_unused]] Handler handler(std::move(handler_));
        release(allocator);
    }

    std::size_t size() const noexcept override {
        if constexpr (has_buffers) return net::buffer_size(buffers_);
        return 0;
    }

    std::size_t put([[maybe_unused]] std::string_view bytes) override {
        if constexpr (has_buffers && net::is_mutable_buffer_sequence<Buffers>::value) {
            return net::buffer_copy(buffers_, net::buffer(bytes.data(), bytes.size()));
        }
        return 0;
    }

    std::string take([[maybe_unused]] std::size_t length) override {
        std::string bytes;
        if constexpr (has_buffers) {
            bytes.resize(length);
            net::buffer_copy(net::buffer(bytes.data(), bytes.size()), buffers_);
        }
        return bytes;
    }

private:
    static constexpr bool has_buffers = !std::is_same_v<Buffers, no_buffers>;

    void release(allocator_type& allocator) noexcept {
        this->~operation_node();
        allocator_traits::deallocate(allocator, this, 1);
    }

    Handler handler_;
    Executor ex_;
    Buffers buffers_;
};

template <bool WithCount, class Handler, class Executor, class Buffers>
operation_ptr make_operation(Handler&& handler, const Executor& ex, const Buffers& buffers) {
    return operation_node<WithCount, std::decay_t<Handler>, Executor, Buffers>::make(
        std::forward<Handler>(handler), ex, buffers);
}

/// The interface of a socket or a timer for a cancellation slot.
class operation_owner {
public:
    virtual ~operation_owner() = default;
    virtual void abort(std::uint64_t id) = 0;
};

/// The function in a cancellation slot. It may outlive the operation and its owner, since slots are never
/// cleared here.
struct cancel_operation {
    std::weak_ptr<operation_owner> owner;
    std::uint64_t id;

    void operator()(net::cancellation_type_t type) const;
};

}  // namespace uplink::testing::detail

template <template <class, class> class Associator, class Handler, bool WithCount, class Default>
struct uplink::net::associator<Associator, uplink::testing::detail::completion<Handler, WithCount>, Default>
    : Associator<Handler, Default> {
    using source = uplink::testing::detail::completion<Handler, WithCount>;
    static decltype(auto) get(const source& from) noexcept {
        return Associator<Handler, Default>::get(from.handler);
    }
    static decltype(auto) get(const source& from, const Default& fallback) noexcept {
        return Associator<Handler, Default>::get(from.handler, fallback);
    }
};

#if !defined(UPLINK_TESTING_SEPARATE_COMPILATION)
#include <uplink/testing/detail/impl/operation.ipp>
#endif
