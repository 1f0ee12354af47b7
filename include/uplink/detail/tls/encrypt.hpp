// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Encrypts the bytes of a buffer sequence: small buffers share a record, and large ones are encrypted where
// they are. Functions only; nothing is owned.
#pragma once

#include <uplink/detail/tls/tls_session.hpp>
#include <uplink/net.hpp>

#include <array>
#include <cstddef>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// The most plaintext that one record holds (RFC 8446, section 5.1).
inline constexpr std::size_t most_in_record = 16 * 1024;

/// Collects small pieces into one record.
class record_collector {
public:
    explicit record_collector(tls_session& session) noexcept : session_(session) {}

    /// False if the session takes no more.
    bool add(net::const_buffer piece, bool is_last);
    /// Encrypts what has been collected.
    bool finish();
    std::size_t encrypted() const noexcept { return encrypted_; }

private:
    bool encrypt(const net::const_buffer& bytes);

    tls_session& session_;
    std::size_t encrypted_ = 0;
    std::size_t size_ = 0;
    std::array<char, most_in_record> bytes_;  // not initialised: most writes do not need it
};

/// Encrypts up to `most` bytes into the session's output, and returns their number.
template <class Buffers> std::size_t encrypt(tls_session& session, const Buffers& buffers, std::size_t most) {
    record_collector collector(session);
    const auto end = net::buffer_sequence_end(buffers);
    for (auto each = net::buffer_sequence_begin(buffers); each != end && most != 0;) {
        const net::const_buffer piece = net::buffer(net::const_buffer(*each), most);
        most -= piece.size();
        ++each;
        if (!collector.add(piece, each == end || most == 0)) return collector.encrypted();
    }
    collector.finish();
    return collector.encrypted();
}

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/tls/impl/encrypt.ipp>
#endif
