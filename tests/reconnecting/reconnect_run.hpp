// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A reconnecting client on a simulated network, and everything that is started on it. Each handler and each function of
// the user is tracked, see carried_record.hpp. What holds at the end of any run, whatever it did, is in
// reconnect_checks.hpp.
#pragma once

#include "reconnecting/carried_record.hpp"
#include "support/simulated_reconnect.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uplink::tests {

class reconnect_run : public carried_records {
public:
    using time_limit = simulated_client::time_limit;
    using duration = testing::clock::duration;
    using done_function = std::function<void(error_code)>;
    static constexpr std::size_t none = carried_record::none;

    explicit reconnect_run(std::uint64_t seed);
    ~reconnect_run();

    // --- The world ---

    /// The next server of the list: its address has the given number, its name is made of it.
    testing::endpoint& add_server();
    /// What the next connection of the last server sends; the last one stands for all that follow.
    void says(std::string text);

    void make(reconnect_options options, client_options below);
    /// The session hook.
    void set_hook(std::function<void(simulated_client&, done_function)> hook);
    void set_rule(std::function<retry_verdict()> rule);

    // --- Operations; without a client they do nothing ---

    carried_record* send(std::size_t size, bool is_owned, time_limit limit = {});
    carried_record* drain(time_limit limit = {});
    carried_record* receive_some(time_limit limit = {});
    carried_record* receive_until(time_limit limit = {});
    carried_record* receive_exactly(std::size_t n, time_limit limit = {});
    carried_record* receive_line(std::size_t most, time_limit limit = {});
    carried_record* receive_prefixed(std::uint16_t most, time_limit limit = {});
    carried_record* wait_connected(time_limit limit = {});
    carried_record* wait_change(std::uint64_t seen, time_limit limit = {});
    carried_record* stop(time_limit limit = {});

    // --- The hook's own traffic ---

    void hook_send(simulated_client& client, std::string text, std::function<void(error_code)> next);
    void hook_receive_line(simulated_client& client, std::function<void(error_code)> next);
    void hook_receive_exactly(simulated_client& client, std::size_t n, std::function<void(error_code)> next);
    /// Calls back after that time, also if all else is gone.
    void later(duration time, std::function<void()> call);

    // --- Disturbances ---

    void emit(carried_record& record, net::cancellation_type type);
    void cancel();
    void close();
    void destroy();
    void move_client();
    template <class Call> void call(Call what) {
        if (!client_) return;
        const guard inside(*this);
        what(*client_);
    }
    void start_client();
    /// The context goes, and with it every handler, uncalled.
    void destroy_context();

    // --- What happened ---

    simulated_reconnect* client() noexcept { return client_.get(); }
    testing::network& network() noexcept { return *net_; }
    bool is_context_gone() const noexcept { return is_context_gone_; }
    const std::vector<simulated_status>& changes() const noexcept { return changes_; }
    const reconnect_options& options() const noexcept { return options_; }
    /// What the server of this attempt sends.
    const std::string& text_of(std::size_t attempt) const;
    /// The connection that is open now.
    std::size_t open_attempt() const;

    std::function<void(std::size_t)> in_change{};  ///< after each change, with the number of those before
    bool has_stopped = false;                      ///< async_stop, close() or destruction has been said

private:
    duration elapsed() const override;

    static std::string as_it_is(std::string_view text);
    /// Of each send another sequence.
    static char byte_of(std::size_t send, std::size_t at) noexcept;

    carried_record* make_record(carried_kind what, const time_limit& limit);
    /// What has no future in the present state.
    void refuse(carried_record& record, std::optional<error_code> while_stopping);
    template <class Launch>
    carried_record* start(carried_kind what, const time_limit& limit,
                          std::optional<error_code> while_stopping, Launch launch);
    template <class Launch>
    carried_record* receive(carried_kind what, const time_limit& limit,
                            std::function<std::string(std::string_view)> wire, Launch launch);
    carried_record& hook_record(carried_kind what, std::function<void(error_code)> next);
    void all_stop();

    std::vector<simulated_status> changes_{};
    std::vector<server_address> servers_{};
    std::vector<std::vector<std::string>> texts_{};  ///< of each server, by connection
    reconnect_options options_{};
    client_options below_{};
    bool is_context_gone_ = false;
    std::unique_ptr<testing::network> net_;
    std::unique_ptr<simulated_reconnect> client_{};
};

}  // namespace uplink::tests
