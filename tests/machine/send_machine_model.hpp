// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the random test of the send machine believes: which sends wait, how much of each has left, who has been stopped.
// It keeps the bytes, and says how a send must end. It is written from the rules and not from the machine's code.
#pragma once

#include <uplink/detail/machine/send_item.hpp>
#include <uplink/detail/machine/send_machine.hpp>
#include <uplink/detail/machine/write_limit_policy.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace uplink::tests {

inline void must(bool is_so, const char* rule) {
    if (!is_so) throw std::logic_error(rule);
}

/// What sends are made of: no short piece of it comes twice nearby.
inline const std::string& random_text() {
    static const std::string text = [] {
        std::mt19937_64 random(1);
        std::string made(8192, '\0');
        for (char& each : made) each = static_cast<char>(random());
        return made;
    }();
    return text;
}

/// A send of `bytes`; `piece`: in buffers of so many bytes; 0: contiguous.
class modelled_send final : public detail::send_item {
public:
    modelled_send(std::size_t its_number, detail::send_kind its_kind, std::string_view its_bytes,
                  std::size_t its_piece)
        : send_item(its_kind, its_bytes.size(), its_piece == 0 ? its_bytes.data() : nullptr),
          number(its_number), bytes(its_bytes), piece(its_piece) {}
    ~modelled_send() = default;

    std::size_t gather(net::const_buffer* out, std::size_t room) override {
        must(piece != 0, "contiguous bytes are not gathered");
        std::size_t count = 0;
        for (std::size_t at = skipped; at != bytes.size() && count != room;) {
            const std::size_t n = (std::min)(piece - at % piece, bytes.size() - at);
            out[count++] = net::const_buffer(bytes.data() + at, n);
            at += n;
        }
        return count;
    }
    void skip(std::size_t n) override {
        must(piece != 0, "nothing is skipped in contiguous bytes");
        skipped += n;
    }
    void progressed() noexcept override { ++progress; }
    void on_result() override { ++results; }
    void abandon_item() noexcept override {}

    // --- What the model believes ---

    std::size_t left_bytes() const noexcept { return bytes.size() - gone; }
    bool is_complete() const noexcept {
        if (kind == detail::send_kind::half_close) return false;
        return left_bytes() == 0 || (kind == detail::send_kind::some && gone != 0);
    }
    bool is_stopped() const noexcept { return is_total || reason != detail::stop_reason::none; }
    void ask(detail::stop_reason why) noexcept {
        if (reason == detail::stop_reason::none) reason = why;
    }
    void ask_total() noexcept {
        if (reason == detail::stop_reason::none) is_total = true;
    }

    const std::size_t number;
    const std::string_view bytes;
    const std::size_t piece;
    std::size_t skipped = 0;
    int progress = 0;
    int results = 0;

    std::size_t gone = 0;    ///< bytes that have left
    bool has_begun = false;  ///< a write has gathered from it
    bool is_in_write = false;
    int progress_due = 0;
    detail::stop_reason reason = detail::stop_reason::none;
    bool is_total = false;         ///< total cancellation was asked for, before `reason`
    bool is_alone = false;         ///< has been stopped itself, not with all
    error_code shut_down_error{};  ///< of a half-close
};

class send_model {
public:
    explicit send_model(bool can_write_now, std::size_t mark) : writes_now(can_write_now), low_water(mark) {}

    const bool writes_now;
    const std::size_t low_water;
    std::vector<modelled_send*> queue{};
    std::size_t drains = 0;
    std::uint64_t wire = 0;  ///< bytes that have left
    std::uint64_t successes = 0;
    error_code failure{};
    bool is_flying = false;  ///< an asynchronous write
    bool is_deferred = false;
    bool is_interrupted = false;
    bool is_closed = false;
    bool is_closing = false;
    bool side_ended = false;
    bool must_report = false;  ///< `failure`, to the connection
    bool has_tried = false;    ///< a write that does not wait
    bool is_blocked = false;   ///< the last write has not taken all
    bool all_end = false;      ///< stop_all, and the write has not come back

    std::size_t queued() const noexcept {
        std::size_t sum = 0;
        for (const modelled_send* each : queue) sum += each->left_bytes();
        return sum;
    }
    /// Of the sends behind the first, those that no write has begun with.
    std::size_t waiting_behind_first() const noexcept {
        std::size_t sum = 0;
        for (std::size_t i = 1; i < queue.size(); ++i)
            sum += queue[i]->has_begun ? 0 : queue[i]->bytes.size();
        return sum;
    }
    std::size_t half_closes() const noexcept {
        return static_cast<std::size_t>(
            std::count_if(queue.begin(), queue.end(), [](const modelled_send* each) {
                return each->kind == detail::send_kind::half_close;
            }));
    }
    bool is_ending() const noexcept { return side_ended || is_closing || half_closes() != 0; }
    bool are_drains_due() const noexcept {
        return failure ? !is_flying && !is_deferred : queued() <= low_water;
    }

    /// With which error the send ends, if it ends now.
    error_code ending_of(const modelled_send& send) const noexcept {
        const bool is_half_close = send.kind == detail::send_kind::half_close;
        if (send.shut_down_error) return send.shut_down_error;
        if (send.is_complete() && send.gone != 0) return {};
        if (failure) return failure;
        if (send.is_stopped()) {
            const bool is_cancelled =
                send.reason == detail::stop_reason::cancel ||
                (send.is_total && (send.gone == 0 || send.reason == detail::stop_reason::none));
            return is_cancelled ? error_code(net::error::operation_aborted) : error_code(errc::send_timeout);
        }
        if (is_interrupted) return errc::send_interrupted;
        must(is_half_close ? side_ended : send.is_complete(), "nothing ends before its time");
        return {};
    }

    /// next() has said that the send has ended.
    void complete(modelled_send& send) {
        const auto place = std::find(queue.begin(), queue.end(), &send);
        must(place != queue.end(), "each send ends once");
        must(!send.in_write && (!is_flying || !send.is_in_write),
             "a send ends when no write can touch its bytes");
        must(!must_report || send.shut_down_error, "the connection hears of a failure before the sends do");
        const error_code expected = ending_of(send);
        must(send.error == expected, "a send ends with the error that its story wants");
        must(send.sent == send.gone, "the number of bytes is exact");
        must(place == queue.begin() || (send.is_alone && expected), "sends end in the order started");
        if (expected && !failure && send.is_stopped() && send.gone != 0) is_interrupted = true;
        if (!expected && send.kind != detail::send_kind::half_close) ++successes;
        queue.erase(place);
    }

    /// What a write takes: bytes of the first sends, in order.
    template <class Buffers> std::size_t prepare(const Buffers& buffers, std::size_t most) {
        auto send = queue.begin();
        std::size_t at = 0, size = 0, count = 0;
        for (const net::const_buffer& buffer : buffers) {
            std::string_view bytes(static_cast<const char*>(buffer.data()), buffer.size());
            must(!bytes.empty(), "no buffer of a write is empty");
            size += bytes.size();
            ++count;
            while (!bytes.empty()) {
                while (send != queue.end() && (*send)->left_bytes() == at) ++send, at = 0;
                must(send != queue.end() && (*send)->in_write, "a write is of sends that know it");
                const std::string_view rest = (*send)->bytes.substr((*send)->gone + at);
                const std::size_t n = (std::min)(rest.size(), bytes.size());
                must(bytes.substr(0, n) == rest.substr(0, n), "a write has the bytes that come next");
                at += n;
                bytes.remove_prefix(n);
            }
        }
        must(size != 0 && size <= most, "a write has something, and not too much");
        bool may_follow = true, all_contiguous = true;
        std::size_t before = 0;
        for (modelled_send* each : queue) {
            must(!each->in_write || may_follow,
                 "what is in a write is at the front, and before any half-close");
            may_follow = may_follow && each->in_write && each->kind != detail::send_kind::half_close;
            all_contiguous = all_contiguous && each->piece == 0;
            each->is_in_write = each->in_write;
            if (!each->in_write) continue;
            must(!each->is_stopped(), "what has been stopped is not written");
            must(each->left_bytes() == 0 || before < size,
                 "a write begins only with sends that it has bytes of");
            before += each->left_bytes();
        }
        const bool has_all = may_follow || half_closes() != 0 || size == most;
        must(has_all || !all_contiguous || count >= 64, "a write takes as many sends as it can");
        return size;
    }
    void begin(modelled_send& send) noexcept {
        if (send.has_begun) return;
        send.has_begun = true;
        ++send.progress_due;
    }

    /// The write has come back, with n bytes of `size`.
    void commit(const error_code& ec, std::size_t n, std::size_t size, std::size_t most) {
        const bool was_now = !is_flying, has_moved = n != 0, is_short = n < size;
        bool was_stopped = false;
        bool is_behind = false;  // an earlier one still has bytes
        is_flying = is_deferred = false;
        wire += n;
        for (modelled_send* each : queue) {
            const std::size_t part = each->is_in_write ? (std::min)(n, each->left_bytes()) : 0;
            n -= part;
            each->gone += part;
            was_stopped = was_stopped || (each->is_in_write && each->is_stopped());
            is_behind = is_behind || each->left_bytes() != 0;
            if (is_behind) {
                if (has_moved && each->has_begun) ++each->progress_due;
                if (was_now && each->is_in_write) begin(*each);
            }
            each->is_in_write = false;
            if (each->gone != 0 && each->reason == detail::stop_reason::none) each->is_total = false;
            must(n == 0 || each->left_bytes() == 0, "the model gives the bytes to the first sends");
        }
        must(n == 0, "no byte is left over");
        is_blocked = is_short || (size == most && queued() != 0);
        if (is_closed || !ec || detail::is_transient(ec)) return;
        if (ec != net::error::operation_aborted) return fail_by_write(ec);
        if (!was_stopped && !failure && !queue.empty()) queue.front()->ask(detail::stop_reason::cancel);
    }
    void fail_by_write(const error_code& ec) noexcept {
        if (failure || is_closed) return;
        failure = ec;
        must_report = true;
    }
};

}  // namespace uplink::tests
