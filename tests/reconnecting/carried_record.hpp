// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The operations that a run of a reconnecting client has started, and what their handlers were called with. What must
// never happen becomes a line in failures(). The records outlive the network, since its end destroys handlers.
#pragma once

#include "support/simulated_reconnect.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

enum class carried_kind : unsigned char {
    send,
    drain,
    receive_some,
    receive_until,
    receive_exactly,
    receive_line,
    receive_prefixed,
    wait_connected,
    wait_change,
    stop,
    hook_send,
    hook_receive
};
const char* name_of(carried_kind what) noexcept;
constexpr bool is_receive(carried_kind what) noexcept {
    return what >= carried_kind::receive_some && what <= carried_kind::receive_prefixed;
}
constexpr bool is_of_hook(carried_kind what) noexcept { return what >= carried_kind::hook_send; }

struct carried_record;

/// Learns of each handler that is called.
class carried_owner {
public:
    virtual void called(carried_record& record) = 0;

protected:
    ~carried_owner() = default;
};

/// One operation, and what its handler was called with.
struct carried_record : completion {
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    using completion::set;
    void set(const error_code& error, const simulated_status& status) {
        set(error);
        told = status;
    }

    carried_owner* owner = nullptr;
    std::size_t index = 0;
    carried_kind what{};
    std::string bytes{};                                  ///< to be sent
    std::function<std::string(std::string_view)> wire{};  ///< the bytes that a delivered message stood for
    std::uint64_t seen = 0;                               ///< by async_wait_change
    simulated_status told{};
    reconnect_state state = reconnect_state::idle;  ///< when it was started
    std::size_t attempt = none;                     ///< the connection that was open then
    std::size_t carrier = none;                     ///< the connection that its bytes went to
    testing::clock::duration started{};
    testing::clock::duration ended{};
    std::optional<testing::clock::duration> due{};      ///< by its limit
    std::optional<testing::clock::duration> stopped{};  ///< when it was cancelled for certain
    bool was_cancelled = false;
    bool is_expected_to_fail = false;  ///< in the undisturbed run of a scenario
    std::optional<error_code> refusal{};
    bool is_alive = false;  ///< its handler
    net::cancellation_signal signal{};

    bool is_pending() const noexcept { return is_alive && calls == 0; }
    std::string describe() const;
};

/// Move-only; it knows whether it was called or destroyed.
class carried_handler {
public:
    using cancellation_slot_type = net::cancellation_slot;

    explicit carried_handler(carried_record& record) noexcept : record_(&record) { record.is_alive = true; }
    carried_handler(carried_handler&& other) noexcept : record_(std::exchange(other.record_, nullptr)) {}
    carried_handler& operator=(carried_handler&&) = delete;
    ~carried_handler() {
        if (record_ != nullptr) record_->is_alive = false;
    }
    net::cancellation_slot get_cancellation_slot() const noexcept { return record_->signal.slot(); }
    template <class... Arguments> void operator()(const error_code& ec, const Arguments&... with) {
        record_->set(ec, with...);
        record_->owner->called(*record_);
    }

private:
    carried_record* record_;
};

/// All of a run.
class carried_records : private carried_owner {
public:
    std::deque<carried_record>& records() noexcept { return records_; }
    std::vector<carried_record*> pending();
    /// Records of receives in the order in which their handlers were called.
    const std::vector<carried_record*>& received() const noexcept { return received_; }
    /// Without those of the hook.
    std::size_t handlers_called() const noexcept { return calls_; }
    void fail(const std::string& what);
    const std::vector<std::string>& failures() const noexcept { return failures_; }

    std::function<void(std::size_t)> in_handler{};  ///< after each handler, with the number of those before

protected:
    /// A function of the client is in progress: it must call nothing of the user.
    class guard {
    public:
        explicit guard(carried_records& of) noexcept : of_(of) { ++of_.inside_; }
        guard(const guard&) = delete;
        guard& operator=(const guard&) = delete;
        ~guard() { --of_.inside_; }

    private:
        carried_records& of_;
    };

    carried_records();
    ~carried_records();

    carried_record& add_record(carried_kind what);
    /// What follows an operation of the hook.
    void add_next(const carried_record& record, std::function<void(error_code)> next);
    void is_outside(const std::string& what);

private:
    virtual testing::clock::duration elapsed() const = 0;

    void called(carried_record& record) override;

    std::deque<carried_record> records_{};
    std::map<std::size_t, std::function<void(error_code)>> nexts_{};  ///< of the hook's operations
    std::vector<carried_record*> received_{};
    std::vector<std::string> failures_{};
    std::size_t inside_ = 0;  ///< functions of the client in progress
    std::size_t calls_ = 0;
};

}  // namespace uplink::tests
