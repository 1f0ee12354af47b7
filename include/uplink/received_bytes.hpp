// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What accumulates received bytes: the concept, and three states. A client reads straight into its
// state: prepare() gives room, the transport fills it, commit() takes what came.
// - received_bytes: keeps everything in one piece of memory (the default)
// - discarded_bytes: counts and forgets
// - sink_bytes: hands each piece to a callable
#pragma once

#include <uplink/detail/support/byte_storage.hpp>
#include <uplink/net.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE {

/// What a client needs of its state. prepare(n), n at least 1, gives a writable buffer of 1 to n bytes that
/// stays valid until commit() or the next prepare(); it may throw std::bad_alloc, which ends the receive with
/// asio::error::no_memory, earlier bytes intact. commit(n) takes the first n bytes of it; an error_code that
/// it returns ends the receive, the piece counting as delivered. size() is the number of bytes held now;
/// client_options::max_receive is compared with it. clear() forgets everything; async_connect calls it.
///
/// All are called on the client's executor, within an initiating function too. Only prepare() and commit()
/// may throw: an exception from any other one ends the program. The same holds for view() and consume(n)
/// below, and for the iterators of the buffer sequences that a send is given. After close(), destruction or
/// the completion of a receive commit() is not called again; the state itself lives until the last pending
/// operation has ended, since a read may still be under way into its buffer.
template <class T>
concept receive_state = std::move_constructible<T> && requires(T state, const T& fixed, std::size_t n) {
    { state.prepare(n) } -> std::convertible_to<net::mutable_buffer>;
    state.commit(n);
    requires std::is_void_v<decltype(state.commit(n))> ||
        std::convertible_to<decltype(state.commit(n)), error_code>;
    { fixed.size() } -> std::convertible_to<std::size_t>;
    state.clear();
};

/// The further needs of receives that deliver a view: view() gives the bytes that size() counts, in one
/// piece, and consume(n) drops its first n bytes, which stay readable until the next prepare() or clear().
template <class T>
concept viewable_state = receive_state<T> && requires(T state, const T& fixed, std::size_t n) {
    { fixed.view() } -> std::convertible_to<std::string_view>;
    state.consume(n);
};

/// Says that large memory should be backed by huge pages.
struct huge_pages_t {
    explicit huge_pages_t() = default;
};
/// The argument of a received_bytes that asks for huge pages.
inline constexpr huge_pages_t huge_pages{};

/// Received bytes in one piece of memory, in order. clear() and consume() keep the capacity, so that a client
/// that is used again does not need fresh memory. It begins at 256 bytes with the first prepare(), goes on at
/// 16 KiB once that was full or nearly so, and doubles; a move leaves the other empty, without memory.
class received_bytes {
public:
    received_bytes() noexcept = default;
    /// From 2 MiB on the memory is mapped for itself and asked for in huge pages (Linux: MADV_HUGEPAGE),
    /// which makes fresh memory for a large response cheaper if the machine has such pages free; up to one of
    /// them, 2 MiB, may be taken and not used. Without effect on other systems. An object that is moved or
    /// copied from this one asks for huge pages too; one that has been moved from, and the one that
    /// take_state() leaves, do not.
    explicit received_bytes(huge_pages_t) noexcept : storage_(true) {}

    /// The bytes that are held, valid until the next prepare(), assignment or destruction; so are those of
    /// bytes().
    std::string_view view() const noexcept { return {storage_.data(), storage_.size()}; }
    /// The same as bytes of the standard.
    std::span<const std::byte> bytes() const noexcept {
        return std::as_bytes(std::span(storage_.data(), size()));
    }
    /// A copy.
    std::string str() const { return std::string(view()); }
    /// Nothing is held.
    bool empty() const noexcept { return size() == 0; }
    /// How many bytes are held.
    std::size_t size() const noexcept { return storage_.size(); }
    /// How many bytes fit into the memory there is.
    std::size_t capacity() const noexcept { return storage_.capacity(); }

    /// Room for 1 to n bytes, n at least 1. Throws std::bad_alloc, and then nothing has changed.
    net::mutable_buffer prepare(std::size_t n) {
        const std::span<char> room = storage_.prepare(n);
        return net::mutable_buffer(room.data(), room.size());
    }
    /// Takes the first n bytes of what prepare() gave; n at most its size.
    void commit(std::size_t n) noexcept { storage_.commit(n); }
    /// Drops the first n bytes; n at most size(). They stay readable until the next prepare().
    void consume(std::size_t n) noexcept { storage_.consume(n); }
    /// Drops everything. The bytes stay readable until the next prepare().
    void clear() noexcept { storage_.consume(size()); }
    /// Overwrites the bytes that consume() or clear() dropped last, which could still be read. In debug
    /// builds, and with the streams of uplink::testing, the client calls it when the view that it delivered
    /// last becomes invalid, so that a view that is kept for too long shows in the first test.
    void overwrite_consumed() noexcept { storage_.overwrite_consumed(); }
    /// The memory does not grow beyond so many bytes, unless the bytes that are held need more. The client
    /// calls it with client_options::max_receive.
    void limit_capacity(std::size_t bytes) noexcept { storage_.limit_capacity(bytes); }
    /// While it is guarded, every change of it, a move and its destruction too, is a mistake, which debug
    /// builds assert at once. The client calls this function when a read into its memory begins, and when
    /// that read has come back.
    void guard(bool is_guarded) noexcept { storage_.guard(is_guarded); }

private:
    detail::byte_storage storage_;
};

namespace detail {

/// The buffer of a state that keeps nothing.
class passing_buffer {
public:
    static constexpr std::size_t size = 64 * 1024;

    net::mutable_buffer prepare(std::size_t n);
    std::string_view piece(std::size_t n) const noexcept { return {memory_.get(), n}; }

private:
    std::unique_ptr<char[]> memory_;
};

}  // namespace detail

/// Counts received bytes and forgets them. size() is 0: nothing is held, and max_receive never ends it.
class discarded_bytes {
public:
    /// Bytes since the connection was begun.
    std::uint64_t total() const noexcept { return total_; }
    /// Nothing is held.
    std::size_t size() const noexcept { return 0; }
    /// Room for 1 to n bytes.
    net::mutable_buffer prepare(std::size_t n) { return buffer_.prepare(n); }
    /// Counts them.
    void commit(std::size_t n) noexcept { total_ += n; }
    /// Begins to count anew.
    void clear() noexcept { total_ = 0; }

private:
    detail::passing_buffer buffer_;
    std::uint64_t total_ = 0;
};

/// Hands each piece, a std::string_view valid during the call, to a callable that returns void or an
/// error_code, which ends the receive; the piece counts as delivered. The callable should not throw: an
/// exception ends the receive too (a system_error with its code, anything else as no_memory). It may not
/// start operations on the client. size() is 0: nothing is held, and max_receive never ends it.
template <class F> class sink_bytes {
    using result_type = std::invoke_result_t<F&, std::string_view>;
    static_assert(std::is_void_v<result_type> || std::is_convertible_v<result_type, error_code>,
                  "the callable of sink_bytes takes a std::string_view and returns void or an error_code");

public:
    /// With the callable that takes the pieces.
    explicit sink_bytes(F sink) : sink_(std::move(sink)) {}
    sink_bytes() requires std::default_initializable<F>
    = default;

    /// Bytes since the connection was begun.
    std::uint64_t total() const noexcept { return total_; }
    /// Nothing is held.
    std::size_t size() const noexcept { return 0; }
    /// Room for 1 to n bytes.
    net::mutable_buffer prepare(std::size_t n) { return buffer_.prepare(n); }
    /// Counts them and hands them to the callable.
    result_type commit(std::size_t n) {
        total_ += n;
        return sink_(buffer_.piece(n));
    }
    /// Begins to count anew.
    void clear() noexcept { total_ = 0; }

private:
    F sink_;
    detail::passing_buffer buffer_;
    std::uint64_t total_ = 0;
};

/// The type of the callable is deduced.
template <class F> sink_bytes(F) -> sink_bytes<F>;

}  // namespace uplink

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/impl/received_bytes.ipp>
#endif
