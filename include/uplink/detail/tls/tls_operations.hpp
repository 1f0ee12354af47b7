// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The three operations on a TLS channel: a write, a read and the handshake. Each says what it does with the
// session; the channel decides when. They refer to the channel and to the caller's buffers.
#pragma once

#include <uplink/detail/support/handshake_target.hpp>
#include <uplink/detail/tls/encrypt.hpp>
#include <uplink/detail/tls/tls_operation.hpp>
#include <uplink/net.hpp>

#include <cstddef>
#include <tuple>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// Does not touch the caller's bytes any more when they are encrypted.
template <class Buffers> class tls_write_of : public tls_write {
public:
    explicit tls_write_of(const Buffers& buffers) : buffers_(buffers) {}

    void encrypt(tls_session& session, std::size_t most) override {
        is_encrypted_ = true;
        bytes_ = uplink::detail::encrypt(session, buffers_, most);
    }

protected:
    ~tls_write_of() = default;

private:
    const Buffers buffers_;
};

template <class Channel, class Buffers> class tls_read_into : public tls_wait {
public:
    tls_read_into(Channel& channel, const Buffers& buffers) : channel_(channel), buffers_(buffers) {}

    error_code go_on(bool from_transport) override {
        error_code ec;
        bytes_ = channel_.read_some(buffers_, ec, from_transport);
        return ec;
    }
    std::tuple<error_code, std::size_t> results(const error_code& ec) const { return {ec, bytes_}; }

protected:
    ~tls_read_into() = default;

private:
    Channel& channel_;
    const Buffers buffers_;
    std::size_t bytes_ = 0;
};

template <class Channel> class tls_handshake : public tls_wait {
public:
    tls_handshake(Channel& channel, const handshake_target& target) : channel_(channel), target_(target) {}

    error_code go_on(bool) override {
        if (!std::exchange(has_begun_, true)) {
            if (const error_code ec = channel_.begin(target_)) return ec;
        }
        return channel_.shake_hands();
    }
    std::tuple<error_code> results(const error_code& ec) const { return {ec}; }

protected:
    ~tls_handshake() = default;

private:
    Channel& channel_;
    const handshake_target target_;
    bool has_begun_ = false;
};

}  // namespace uplink::detail
