// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of peer.hpp.
#pragma once

#include <uplink/testing/detail/peer.hpp>
#include <uplink/testing/detail/separate_compilation.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

UPLINK_TESTING_DECL void peer::set_owner(std::weak_ptr<void> owner) { owner_ = std::move(owner); }

UPLINK_TESTING_DECL attempt& peer::record() { return network_.places.attempts[attempt_]; }

UPLINK_TESTING_DECL std::string quoted(std::string_view text) {
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

UPLINK_TESTING_DECL peer::peer(simulation& network, std::shared_ptr<const behaviour> how, pipe& from_client,
                               pipe& to_client, std::size_t attempt_index, std::function<void()> on_progress)
    : network_(network), how_(std::move(how)), line_(from_client, to_client, make_layer()),
      attempt_(attempt_index), on_progress_(std::move(on_progress)) {}

UPLINK_TESTING_DECL void peer::play() {
    line_.update(!waiting_ && !is_deaf());
    record_received();
    while (!waiting_ && !ended_ && line_.is_ready() && perform()) ++position_;
    if (ended_ && !line_.arrived().empty()) {
        line_.consume(line_.arrived().size());
        line_.end(ending::reset);
    }
    on_progress_();
}

UPLINK_TESTING_DECL std::shared_ptr<peer_layer> peer::make_layer() const {
    const peer_layer_maker& make = how_->layer ? how_->layer : network_.places.layer;
    return make ? make() : nullptr;
}

UPLINK_TESTING_DECL bool peer::is_deaf() const {
    return position_ < how_->steps.size() && how_->steps[position_].what == kind::deaf;
}

UPLINK_TESTING_DECL void peer::record_received() {
    const std::size_t fresh = line_.total_arrived() - seen_;
    seen_ = line_.total_arrived();
    record().received += line_.arrived().substr(line_.arrived().size() - fresh);
}

UPLINK_TESTING_DECL bool peer::perform() {
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

UPLINK_TESTING_DECL bool peer::expect(std::string_view text) {
    const std::string_view rest = text.substr(matched_);
    const std::string_view came = line_.arrived().substr(0, rest.size());
    if (rest.substr(0, came.size()) != came) {
        return fail("expected " + quoted(rest) + ", but " + quoted(line_.arrived()) + " came");
    }
    return advance(came.size(), text.size(),
                   [missing = rest.substr(came.size())] { return quoted(missing); });
}

UPLINK_TESTING_DECL bool peer::expect_bytes(std::size_t count) {
    const std::size_t came = (std::min)(line_.arrived().size(), count - matched_);
    return advance(came, count,
                   [missing = count - matched_ - came] { return std::to_string(missing) + " bytes more"; });
}

UPLINK_TESTING_DECL bool peer::expect_eof() {
    if (!line_.arrived().empty()) return fail("expected the end, but " + quoted(line_.arrived()) + " came");
    if (line_.arrived_end() == ending::reset) return fail("expected an orderly end, but " + end_name());
    return line_.arrived_end() == ending::fin;
}

UPLINK_TESTING_DECL std::string peer::end_name() const {
    return line_.arrived_end() == ending::reset ? "the client reset the connection" : "the client ended";
}

UPLINK_TESTING_DECL bool peer::pause(clock::duration delay) {
    waiting_ = true;
    network_.schedule(delay, [alive = owner_.lock(), this] {
        waiting_ = false;
        ++position_;
        play();
    });
    return false;
}

UPLINK_TESTING_DECL bool peer::echo() {
    record().finished = true;
    const std::size_t count = (std::min)(line_.arrived().size(), line_.room());
    line_.send(line_.arrived().substr(0, count));
    line_.consume(count);
    if (!line_.arrived().empty() || line_.arrived_end() == ending::none) return false;
    line_.end(ending::fin);
    return true;
}

UPLINK_TESTING_DECL bool peer::swallow() {
    record().finished = true;
    line_.consume(line_.arrived().size());
    return false;
}

UPLINK_TESTING_DECL bool peer::close(ending how) {
    ++position_;
    if (position_ == how_->steps.size()) record().finished = true;
    ended_ = true;
    line_.end(how);
    return false;
}

UPLINK_TESTING_DECL bool peer::fail(const std::string& what) {
    network_.places.failures.push_back(uplink::detail::endpoint_to_string(record().remote) + ": " + what);
    ended_ = true;
    line_.end(ending::reset);
    return false;
}

}  // namespace uplink::testing::detail
