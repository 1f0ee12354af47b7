// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One direction of a simulated connection: bytes, then FIN or RST, which arrive in order and with the delays
// of the endpoint. Bytes that have arrived wait until they are read; while the window is full, the bytes
// behind them wait on the way. The connection owns the pipe; the pipe owns its bytes.
#pragma once

#include <uplink/detail/support/namespace.hpp>
#include <uplink/testing/detail/simulation.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

class pipe {
public:
    struct settings {
        clock::duration latency{};
        std::size_t window = 65536;
        std::size_t piece = 0;
        clock::duration pace{};
        ending cut = ending::none;
        std::size_t cut_at = 0;
    };

    pipe(simulation& network, const settings& how, std::function<void()> on_arrival);

    /// `owner` is the object that contains the pipe. It is kept alive while anything is on the way.
    void set_owner(std::weak_ptr<void> owner);

    std::string_view arrived() const noexcept;
    std::size_t total_arrived() const noexcept { return total_arrived_; }
    ending arrived_end() const noexcept { return arrived_end_; }
    bool has_ended() const noexcept { return sent_end_ != ending::none; }

    /// How many bytes the sender's socket would take now.
    std::size_t room() const noexcept;

    /// A wide pipe takes the handshake of a layer, which is longer than the scripts that narrow windows are
    /// for.
    void make_wide(bool is_wide) noexcept { is_wide_ = is_wide; }

    void send(std::string_view bytes);

    /// Sends FIN or RST; RST may follow FIN.
    void end(ending how);

    /// Begins. A limit of no bytes ends the direction before anything is sent.
    void start();

    void consume(std::size_t count);

private:
    struct segment {
        clock::time_point due{};
        std::string bytes{};
        ending end{};
        std::size_t delivered = 0;
    };

    std::size_t window() const noexcept;

    clock::time_point due(clock::duration pace);

    void put_on_the_way(segment what);

    void schedule_delivery();

    void deliver();

    simulation& network_;
    settings how_;
    std::function<void()> on_arrival_;
    std::weak_ptr<void> owner_{};
    std::deque<segment> on_the_way_;
    std::size_t on_the_way_bytes_ = 0;
    bool delivery_scheduled_ = false;
    bool is_wide_ = false;
    clock::time_point last_due_{};
    std::size_t sent_ = 0;
    ending sent_end_ = ending::none;
    std::string arrived_{};
    std::size_t read_ = 0;
    std::size_t total_arrived_ = 0;
    ending arrived_end_ = ending::none;
};

}  // namespace uplink::testing::detail

#if !defined(UPLINK_TESTING_SEPARATE_COMPILATION)
#include <uplink/testing/detail/impl/pipe.ipp>
#endif
