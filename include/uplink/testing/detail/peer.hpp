// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The application at the other end of a simulated connection, and its kernel. It plays the script of its
// endpoint on the bytes that arrive, and closes as Linux does: data that nobody will read is answered with
// RST (RFC 9293, section 3.6). The connection owns the peer; the peer refers to the two pipes of the
// connection.
#pragma once

#include <uplink/connect_report.hpp>
#include <uplink/detail/support/namespace.hpp>
#include <uplink/testing/detail/peer_line.hpp>
#include <uplink/testing/detail/pipe.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

/// The text in quotation marks, with escapes for bytes that cannot be printed.
std::string quoted(std::string_view text);

class peer {
public:
    /// `from_client` and `to_client` must live as long as this object. `on_progress` is called after the peer
    /// has read or sent.
    peer(simulation& network, std::shared_ptr<const behaviour> how, pipe& from_client, pipe& to_client,
         std::size_t attempt_index, std::function<void()> on_progress);

    void set_owner(std::weak_ptr<void> owner);

    /// Continues the script as far as possible.
    void play();

private:
    using kind = peer_step::kind;

    std::shared_ptr<peer_layer> make_layer() const;

    bool is_deaf() const;

    void record_received();

    attempt& record();

    /// Performs one step; true if it is done.
    bool perform();

    bool expect(std::string_view text);

    bool expect_bytes(std::size_t count);

    /// missing() says in words what has not come; it is called only on a failure, since its text may be long.
    template <class Missing> bool advance(std::size_t came, std::size_t wanted, Missing missing) {
        line_.consume(came);
        matched_ += came;
        if (matched_ == wanted) {
            matched_ = 0;
            return true;
        }
        if (line_.arrived_end() != ending::none && line_.arrived().empty())
            return fail("expected " + missing() + ", but " + end_name());
        return false;
    }

    bool expect_eof();

    std::string end_name() const;

    bool pause(clock::duration delay);

    bool echo();

    bool swallow();

    bool close(ending how);

    bool fail(const std::string& what);

    simulation& network_;
    std::shared_ptr<const behaviour> how_;
    peer_line line_;
    std::size_t attempt_;
    std::function<void()> on_progress_;
    std::weak_ptr<void> owner_{};
    std::size_t position_ = 0;
    std::size_t matched_ = 0;
    std::size_t seen_ = 0;
    bool waiting_ = false;
    bool ended_ = false;
};

}  // namespace uplink::testing::detail

#if !defined(UPLINK_TESTING_SEPARATE_COMPILATION)
#include <uplink/testing/detail/impl/peer.ipp>
#endif
