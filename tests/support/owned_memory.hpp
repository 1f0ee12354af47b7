// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A handler that owns the memory that its operations live in: its allocator's blocks belong to an arena that goes with
// the handler. Whoever destroys such a handler has to give back the operation's memory first.
#pragma once

#include <uplink/net.hpp>

#include <cstddef>
#include <memory>

namespace uplink::tests {

/// What became of the arenas of a test.
struct arena_record {
    int made = 0;
    int gone = 0;
    std::size_t blocks = 0;            ///< that were ever in use
    std::size_t blocks_when_gone = 0;  ///< in use when the arena was destroyed: has to be 0
    int calls = 0;                     ///< of the handler
};

class arena {
public:
    explicit arena(arena_record& record) : record_(record) { ++record_.made; }
    arena(const arena&) = delete;
    arena& operator=(const arena&) = delete;
    ~arena() {
        ++record_.gone;
        record_.blocks_when_gone += in_use_;
    }
    void take() {
        ++in_use_;
        ++record_.blocks;
    }
    void give_back() noexcept { --in_use_; }
    arena_record& record() const noexcept { return record_; }

private:
    arena_record& record_;
    std::size_t in_use_ = 0;
};

template <class T> class arena_allocator {
public:
    using value_type = T;
    explicit arena_allocator(arena& from) noexcept : from_(&from) {}
    template <class U> arena_allocator(const arena_allocator<U>& other) noexcept : from_(other.from()) {}
    T* allocate(std::size_t n) {
        T* const memory = std::allocator<T>().allocate(n);
        from_->take();
        return memory;
    }
    void deallocate(T* memory, std::size_t n) noexcept {
        from_->give_back();
        std::allocator<T>().deallocate(memory, n);
    }
    arena* from() const noexcept { return from_; }
    template <class U> bool operator==(const arena_allocator<U>& other) const noexcept {
        return from_ == other.from();
    }

private:
    arena* from_;
};

/// Move-only. If it is called, the arena goes with the call.
class memory_owner {
public:
    using allocator_type = arena_allocator<char>;

    explicit memory_owner(arena_record& record)
        : arena_(std::make_unique<arena>(record)), from_(arena_.get()) {}
    allocator_type get_allocator() const noexcept { return allocator_type(*from_); }
    template <class... Results> void operator()(Results&&...) {
        ++arena_->record().calls;
        arena_.reset();
    }

private:
    std::unique_ptr<arena> arena_;
    arena* from_;  // Asio may ask a handler that it has moved from
};

}  // namespace uplink::tests
