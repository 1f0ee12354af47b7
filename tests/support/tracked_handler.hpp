// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Handlers that check how they are treated. Each has an executor that knows when it is running (or has none, and
// the client's executor knows), memory of its own that is fresh, poisoned when freed and counted, and a slot; it
// is move-only, or a copy of one that must stay as it was, and tells its record what becomes of it.
#pragma once

#include <uplink/net.hpp>
#include <uplink/testing/clock.hpp>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#if __has_include(<sanitizer/asan_interface.h>)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, size) (static_cast<void>(address), static_cast<void>(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) (static_cast<void>(address), static_cast<void>(size))
#endif

namespace uplink::tests {

/// The executor whose work is running now: 0 for none.
inline int running_executor = 0;

/// Runs work on an io_context, as that would, and says that it does. What it is told to dispatch while it is
/// running runs at once.
class tracked_executor {
public:
    tracked_executor(net::io_context::executor_type inner, int id) noexcept : inner_(inner), id_(id) {}

    net::execution_context& query(net::execution::context_t) const noexcept { return inner_.context(); }
    tracked_executor require(net::execution::blocking_t::never_t) const noexcept {
        tracked_executor other(*this);
        other.never_blocks_ = true;
        return other;
    }
    tracked_executor require(net::execution::blocking_t::possibly_t) const noexcept {
        tracked_executor other(*this);
        other.never_blocks_ = false;
        return other;
    }
    template <class Function> void execute(Function&& function) const {
        std::decay_t<Function> work(std::forward<Function>(function));
        if (!never_blocks_ && running_executor == id_) {
            work();
            return;
        }
        net::post(inner_, [work = std::move(work), id = id_]() mutable {
            struct scope {
                int before;
                ~scope() { running_executor = before; }
            } leave{std::exchange(running_executor, id)};
            work();
        });
    }
    friend bool operator==(const tracked_executor& a, const tracked_executor& b) noexcept {
        return a.id_ == b.id_ && a.inner_ == b.inner_ && a.never_blocks_ == b.never_blocks_;
    }
    friend bool operator!=(const tracked_executor& a, const tracked_executor& b) noexcept {
        return !(a == b);
    }

private:
    net::io_context::executor_type inner_;
    int id_;
    bool never_blocks_ = false;
};

inline constexpr int client_executor_id = 1;
inline constexpr int handler_executor_id = 2;

/// Memory of which no block is used twice.
class memory_pool {
public:
    struct account {
        memory_pool* pool = nullptr;
        std::size_t live = 0;
        std::size_t total = 0;
    };

    memory_pool() = default;
    memory_pool(const memory_pool&) = delete;
    memory_pool& operator=(const memory_pool&) = delete;
    ~memory_pool() {
        for (const block& each : freed_) {
            ASAN_UNPOISON_MEMORY_REGION(each.memory, each.size);
            std::free(each.memory);
        }
    }

    void* take(std::size_t size, account& from) {
        if (fail_at == count++) throw std::bad_alloc();
        void* memory = std::malloc(size);
        if (memory == nullptr) throw std::bad_alloc();
        ++from.live;
        ++from.total;
        return memory;
    }
    void give_back(void* memory, std::size_t size, account& to) noexcept {
        --to.live;
        std::memset(memory, poison, size);
        ASAN_POISON_MEMORY_REGION(memory, size);
        try {
            freed_.push_back({memory, size});
        } catch (...) {
            std::abort();
        }
    }

    /// Has nobody written to what was freed?
    bool is_untouched() const {
        for (const block& each : freed_) {
            ASAN_UNPOISON_MEMORY_REGION(each.memory, each.size);
            const auto* bytes = static_cast<const unsigned char*>(each.memory);
            for (std::size_t i = 0; i != each.size; ++i) {
                if (bytes[i] != poison) return false;
            }
            ASAN_POISON_MEMORY_REGION(each.memory, each.size);
        }
        return true;
    }

    std::optional<std::size_t> fail_at{};  ///< this allocation throws
    std::size_t count = 0;

private:
    static constexpr unsigned char poison = 0xdd;
    struct block {
        void* memory;
        std::size_t size;
    };
    std::vector<block> freed_;
};

template <class T> class pool_allocator {
public:
    using value_type = T;
    explicit pool_allocator(memory_pool::account& account) noexcept : account_(&account) {}
    template <class U> pool_allocator(const pool_allocator<U>& other) noexcept : account_(other.account()) {}
    T* allocate(std::size_t n) { return static_cast<T*>(account_->pool->take(sizeof(T) * n, *account_)); }
    void deallocate(T* memory, std::size_t n) noexcept {
        account_->pool->give_back(memory, sizeof(T) * n, *account_);
    }
    memory_pool::account* account() const noexcept { return account_; }
    template <class U> bool operator==(const pool_allocator<U>& other) const noexcept {
        return account_ == other.account();
    }

private:
    memory_pool::account* account_;
};

/// What a handler was called with.
struct arguments {
    error_code ec{};
    std::size_t n = 0;
    std::string_view view{};
    net::ip::tcp::endpoint endpoint{};
};

struct end_of_life {
    template <class Record> void operator()(Record* record) const noexcept { record->destroyed(); }
};

/// `Record` has account (a memory_pool::account), signal, expected_executor, called(arguments), destroyed(), which is
/// called when the handler and its copies, if it can have some, are gone. `Life` owns the record.
template <class Record, class Life = std::unique_ptr<Record, end_of_life>> class unbound_handler {
public:
    using allocator_type = pool_allocator<char>;
    using cancellation_slot_type = net::cancellation_slot;

    explicit unbound_handler(Record& record) : life_(&record, end_of_life()) {}
    allocator_type get_allocator() const noexcept { return allocator_type(life_->account); }
    cancellation_slot_type get_cancellation_slot() const noexcept { return life_->signal.slot(); }

    void operator()(const error_code& ec) { call({ec, 0, {}, {}}); }
    void operator()(const error_code& ec, std::size_t n) { call({ec, n, {}, {}}); }
    void operator()(const error_code& ec, std::string_view view) { call({ec, 0, view, {}}); }
    void operator()(const error_code& ec, const net::ip::tcp::endpoint& endpoint) {
        call({ec, 0, {}, endpoint});
    }

    /// Nobody has moved from it.
    bool is_intact() const noexcept { return life_ != nullptr; }

private:
    void call(const arguments& with) { life_->called(with); }
    Life life_;
};

template <class Record, class Life = std::unique_ptr<Record, end_of_life>>
class bound_handler : public unbound_handler<Record, Life> {
public:
    using executor_type = tracked_executor;
    bound_handler(Record& record, tracked_executor executor)
        : unbound_handler<Record, Life>(record), executor_(executor) {}
    executor_type get_executor() const noexcept { return executor_; }

private:
    tracked_executor executor_;
};

/// To be passed as an lvalue.
template <class Record> using copied_handler = bound_handler<Record, std::shared_ptr<Record>>;

}  // namespace uplink::tests
