// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Shows where handlers run and where their memory comes from: an executor with a number, a handler that notes the
// number under which it was called and whether that was inside an initiating function, and an allocator that counts.
#pragma once

#include <uplink/net.hpp>

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace uplink::tests {

/// The number of the executor that runs on this thread, 0 for none.
int& running_executor();

class tracking_executor {
public:
    tracking_executor(net::io_context::executor_type inner, int id) : inner_(inner), id_(id) {}

    template <class Function> void execute(Function&& function) const {
        run(std::make_unique<call_of<std::decay_t<Function>>>(std::forward<Function>(function)));
    }
    friend bool operator==(const tracking_executor& a, const tracking_executor& b) noexcept {
        return a.id_ == b.id_ && a.inner_ == b.inner_;
    }
    friend bool operator!=(const tracking_executor& a, const tracking_executor& b) noexcept {
        return !(a == b);
    }

private:
    struct any_call {
        virtual ~any_call() = default;
        virtual void call() = 0;
    };
    template <class Function> struct call_of final : any_call {
        explicit call_of(Function&& given) : function(std::move(given)) {}
        explicit call_of(const Function& given) : function(given) {}
        void call() override { std::move(function)(); }

        Function function;
    };
    void run(std::unique_ptr<any_call> function) const;

    net::io_context::executor_type inner_;
    int id_;
};

struct call_log {
    struct call {
        int executor;
        error_code ec;
    };
    std::vector<call> calls{};
    int inside = 0;  ///< of those, made while an `initiating` lived
    bool is_initiating = false;

    std::vector<int> sorted_executors() const;

    class initiating {
    public:
        explicit initiating(call_log& log) : log_(log) { log_.is_initiating = true; }
        ~initiating() { log_.is_initiating = false; }
        initiating(const initiating&) = delete;
        initiating& operator=(const initiating&) = delete;

    private:
        call_log& log_;
    };
};

struct noting {
    call_log& log;

    void operator()(error_code ec) const;
    template <class Value> void operator()(error_code ec, const Value&) const { (*this)(ec); }
};

struct memory_count {
    std::size_t allocations = 0;
    std::size_t in_use = 0;
};

/// Each block is fresh, and gone when it is freed, so that a sanitizer sees every use after that.
template <class T> struct counting_allocator {
    using value_type = T;

    explicit counting_allocator(memory_count& memory) noexcept : count(&memory) {}
    template <class U> counting_allocator(const counting_allocator<U>& other) noexcept : count(other.count) {}

    T* allocate(std::size_t n) {
        ++count->allocations;
        ++count->in_use;
        return std::allocator<T>().allocate(n);
    }
    void deallocate(T* memory, std::size_t n) noexcept {
        --count->in_use;
        std::allocator<T>().deallocate(memory, n);
    }
    friend bool operator==(const counting_allocator& a, const counting_allocator& b) noexcept {
        return a.count == b.count;
    }
    friend bool operator!=(const counting_allocator& a, const counting_allocator& b) noexcept {
        return a.count != b.count;
    }

    memory_count* count;
};

template <class Handler> struct with_allocator {
    using allocator_type = counting_allocator<void>;

    Handler handler;
    memory_count& memory;

    allocator_type get_allocator() const noexcept { return allocator_type(memory); }
    template <class... Values> void operator()(Values&&... values) {
        handler(std::forward<Values>(values)...);
    }
};

}  // namespace uplink::tests
