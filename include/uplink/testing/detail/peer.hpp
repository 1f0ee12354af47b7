// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The application at the other end of a simulated connection, and its kernel. It plays the script of its endpoint on
// the bytes that arrive, and closes as Linux does: data that nobody will read is answered with RST (RFC 9293, section
// 3.6). The connection owns the peer; the peer refers to the two pipes of the connection.
#pragma once

#include <uplink/connect_report.hpp>
#include <uplink/detail/support/namespace.hpp>
#include <uplink/testing/detail/peer_line.hpp>
#include <uplink/testing/detail/pipe.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

/// The text in quotation marks, with escapes for bytes that cannot be printed.
inline std::string quoted(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string result = "\"";
    for (const char character : text) {
        const auto value = static_cast<unsigned char>(character);
        if (character == '\r') {
            result += "\\r";
        } else if (character == '\n') {
            result += "\\n";
        } else if (value < 0x20 || value >= 0x7f) {
            result += "\\x";
            result += digits[value / 16u];
            result += digits[value % 16u];
        } else {
            result += character;
        }
    }
    return result + "\"";
}

class peer {
public:
    /// `from_client` and `to_client` must live as long as this object. `on_progress` is called after the peer
    /// has read or sent.
    peer(simulation& network, std::shared_ptr<const behaviour> how, pipe& from_client, pipe& to_client,
         std::size_t attempt_index, std::function<void()> on_progress)
        : network_(network), how_(std::move(how)), line_(from_client, to_client, make_layer()),
          attempt_(attempt_index), on_progress_(std::move(on_progress)) {}

    void set_owner(std::weak_ptr<void> owner) { owner_ = std::move(owner); }

    /// Continues the script as far as possible.
    void play() {
        line_.update(!waiting_ && !is_deaf());
        record_received();
        while (!waiting_ && !ended_ && line_.is_ready() && perform()) ++position_;
        if (ended_ && !line_.arrived().empty()) {
            line_.consume(line_.arrived().size());
            line_.end(ending::reset);
        }
        on_progress_();
    }

private:
    using kind = peer_step::kind;

    std::shared_ptr<peer_layer> make_layer() const {
        const peer_layer_maker& make = how_->layer ? how_->layer : network_.places.layer;
        return make ? make() : nullptr;
    }

    bool is_deaf() const {
        return position_ < how_->steps.size() && how_->steps[position_].what == kind::deaf;
    }

    void record_received() {
        const std::size_t fresh = line_.total_arrived() - seen_;
        seen_ = line_.total_arrived();
        record().received += line_.arrived().substr(line_.arrived().size() - fresh);
    }

    attempt& record() { return network_.places.attempts[attempt_]; }

    /// Performs one step; true if it is done.
    bool perform() {
        const bool reset = line_.arrived_end() == ending::reset && line_.arrived().empty();
        if (position_ >= how_->steps.size()) {
            record().finished = true;
            if (how_->steps.empty()) return swallow();
            if (!line_.arrived().empty())
                return fail("the script is over, but " + quoted(line_.arrived()) + " came");
            return false;
        }
        const peer_step& step = how_->steps[position_];
        switch (step.what) {
        case kind::expect: return expect(step.text);
        case kind::expect_bytes: return expect_bytes(step.count);
        case kind::expect_eof: return expect_eof();
        case kind::reply: line_.send(step.text); return true;
        case kind::after: return pause(step.delay);
        case kind::half_close: line_.end(ending::fin); return true;
        case kind::close: return close(line_.arrived().empty() ? ending::fin : ending::reset);
        case kind::reset: return close(ending::reset);
        case kind::echo: return reset ? swallow() : echo();
        case kind::silent: return swallow();
        case kind::deaf: record().finished = true; return false;
        }
        return false;
    }

    bool expect(std::string_view text) {
        const std::string_view rest = text.substr(matched_);
        const std::string_view came = line_.arrived().substr(0, rest.size());
        if (rest.substr(0, came.size()) != came) {
            return fail("expected " + quoted(rest) + ", but " + quoted(line_.arrived()) + " came");
        }
        return advance(came.size(), text.size(),
                       [missing = rest.substr(came.size())] { return quoted(missing); });
    }

    bool expect_bytes(std::size_t count) {
        const std::size_t came = (std::min)(line_.arrived().size(), count - matched_);
        return advance(came, count, [missing = count - matched_ - came] {
            return std::to_string(missing) + " bytes more";
        });
    }

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

    bool expect_eof() {
        if (!line_.arrived().empty())
            return fail("expected the end, but " + quoted(line_.arrived()) + " came");
        if (line_.arrived_end() == ending::reset) return fail("expected an orderly end, but " + end_name());
        return line_.arrived_end() == ending::fin;
    }

    std::string end_name() const {
        return line_.arrived_end() == ending::reset ? "the client reset the connection" : "the client ended";
    }

    bool pause(clock::duration delay) {
        waiting_ = true;
        network_.schedule(delay, [alive = owner_.lock(), this] {
            waiting_ = false;
            ++position_;
            play();
        });
        return false;
    }

    bool echo() {
        record().finished = true;
        const std::size_t count = (std::min)(line_.arrived().size(), line_.room());
        line_.send(line_.arrived().substr(0, count));
        line_.consume(count);
        if (!line_.arrived().empty() || line_.arrived_end() == ending::none) return false;
        line_.end(ending::fin);
        return true;
    }

    bool swallow() {
        record().finished = true;
        line_.consume(line_.arrived().size());
        return false;
    }

    bool close(ending how) {
        ++position_;
        if (position_ == how_->steps.size()) record().finished = true;
        ended_ = true;
        line_.end(how);
        return false;
    }

    bool fail(const std::string& what) {
        network_.places.failures.push_back(uplink::detail::endpoint_to_string(record().remote) + ": " + what);
        ended_ = true;
        line_.end(ending::reset);
        return false;
    }

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
