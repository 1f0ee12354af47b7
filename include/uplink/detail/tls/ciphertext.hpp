// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A queue of ciphertext bytes in one block of memory. It grows as needed, and leaves its memory to other
// connections when it is asked to while it is empty, so that an idle connection keeps none. The TLS session
// owns two of them, one for each direction.
#pragma once

#include <uplink/detail/support/namespace.hpp>
#include <uplink/detail/tls/spare_ciphertext.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

class ciphertext {
public:
    /// `spare`: what large blocks are taken from and left to; it outlives the queue. Null: all memory is its
    /// own.
    explicit ciphertext(spare_ciphertext* spare = nullptr) noexcept : spare_(spare) {}

    bool is_empty() const noexcept { return begin_ == end_; }
    std::size_t size() const noexcept { return end_ - begin_; }
    std::string_view view() const noexcept { return {bytes_.get() + begin_, size()}; }
    std::size_t capacity() const noexcept { return capacity_; }
    /// The bytes in front of view() that have been used since the last prepare().
    std::string_view used() const noexcept { return {bytes_.get(), begin_}; }

    /// Room for n bytes behind the last one, valid until the next call. Throws std::bad_alloc, and then
    /// nothing has changed.
    char* prepare(std::size_t n) {
        if (is_empty()) begin_ = end_ = 0;
        if (capacity_ - end_ < n) make_room(n);
        return bytes_.get() + end_;
    }
    /// n bytes of the prepared room have been written.
    void commit(std::size_t n) noexcept { end_ += n; }
    void append(const char* bytes, std::size_t n) {
        std::copy_n(bytes, n, prepare(n));
        commit(n);
    }
    /// The first n bytes have been used.
    void consume(std::size_t n) noexcept { begin_ += n; }
    /// Gives the memory back if there are no bytes and it is more than `kept` bytes. What stays is the small
    /// block that was used before a large one, if it is no more than that: a bulk transfer changes between
    /// the two all the time.
    void shrink(std::size_t kept = 0) noexcept;

private:
    void make_room(std::size_t n);

    spare_ciphertext* spare_;
    std::unique_ptr<char[]> bytes_{};
    std::size_t capacity_ = 0;
    ciphertext_block small_{};  ///< kept while bytes_ is a large one
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/tls/impl/ciphertext.ipp>
#endif
