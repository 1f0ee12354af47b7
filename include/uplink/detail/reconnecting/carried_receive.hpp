// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The receives of a reconnecting client: each wants one message, by a framing, of the bytes that have been
// read. Its view is of a copy, because the client goes on reading while the user looks at the message.
#pragma once

#include <uplink/detail/machine/unread_bytes.hpp>
#include <uplink/detail/reconnecting/carried_operation.hpp>
#include <uplink/detail/support/operation_deadline.hpp>
#include <uplink/error.hpp>
#include <uplink/framing.hpp>
#include <uplink/net.hpp>
#include <uplink/received_bytes.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

enum class receive_answer : unsigned char {
    incomplete,
    complete,  ///< the message has been taken
    refused,   ///< it can never be complete; `error` says why
};

template <class Core> class carried_receive : public carried_operation<Core> {
public:
    carried_receive() noexcept : idle(*this) {}

    /// Takes the message out of the bytes, if it is there. `delivered` is where its copy goes.
    virtual receive_answer try_deliver(received_bytes& unread, received_bytes& delivered) = 0;

    void on_deadline(total_limit) override { this->core->receives().stop(*this, errc::receive_timeout); }
    void on_deadline(idle_limit) { on_deadline(total_limit{}); }
    void cancelled(net::cancellation_type) override {
        this->core->receives().stop(*this, net::error::operation_aborted);
    }
    /// Until its handler is called the receive counts as pending: its view is of the bytes that the next one
    /// overwrites.
    void delivering() noexcept {
        if (is_accepted) this->core->receives().delivered();
    }

    bool is_accepted = false;
    operation_deadline<carried_receive, typename Core::time_point, idle_limit> idle;

protected:
    ~carried_receive() = default;
};

template <class Core, class Framing> class framed_receive : public carried_receive<Core> {
public:
    explicit framed_receive(Framing framing) : framing_(std::move(framing)) {}

    receive_answer try_deliver(received_bytes& unread, received_bytes& delivered) override {
        const std::string_view pending = unread.view();
        if (pending.size() < awaited_) return receive_answer::incomplete;
        const parse_result parsed = parse_checked(framing_, pending, examined_);
        examined_ = pending.size();
        if (parsed.is_failed()) return refuse(parsed.error());
        if (parsed.needs_more()) {
            const std::size_t more = (std::max)(parsed.at_least(), std::size_t{1});
            const std::size_t most = this->core->max_receive();
            if (pending.size() > most || more > most - pending.size()) return refuse(errc::receive_limit);
            awaited_ = pending.size() + more;
            return receive_answer::incomplete;
        }
        if (!copy(pending.substr(parsed.begin(), parsed.end() - parsed.begin()), delivered))
            return refuse(net::error::no_memory);
        view_ = delivered.view();
        unread.consume(parsed.consumed());
        return receive_answer::complete;
    }
    std::tuple<error_code, std::string_view> result() const noexcept {
        return {this->error, this->error ? std::string_view() : view_};
    }

protected:
    ~framed_receive() = default;

private:
    receive_answer refuse(const error_code& ec) noexcept {
        this->error = ec;
        return receive_answer::refused;
    }
    static bool copy(std::string_view message, received_bytes& to) noexcept {
        try {
            append(to, message);
            return true;
        } catch (...) {
            to.clear();
            return false;
        }
    }

    Framing framing_;
    std::string_view view_{};
    std::size_t examined_ = 0;
    std::size_t awaited_ = 0;
};

}  // namespace uplink::detail
