// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A plan of faults. The operations of a transport are numbered from 0 in the order in which they start; a
// plan says what happens to operation n. A test runs a scenario once to learn the number of its operations,
// then once for each n and each fault:
//
//     for (std::size_t n = 0; n != count; ++n) {
//         testing::network net;
//         net.fail_operation(n, net::error::connection_reset);
//         scenario(net);
//     }
//
// A network owns a plan; a faulty_stream shares one with the test that made it.
#pragma once

#include <uplink/net.hpp>
#include <uplink/testing/clock.hpp>

#include <array>
#include <cstddef>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::testing {

/// The kinds of operations that are counted. Timers and close() are not counted: they cannot fail.
enum class operation_kind { open, connect, read, write, shutdown, lookup };

/// The moment at which an action of a plan runs. It always runs between two handlers, never inside a function
/// of the client.
enum class moment {
    started,     ///< as soon as the handler that started the operation has returned
    completing,  ///< just before the result is taken; the operation can still be cancelled
    completed,   ///< the result is decided and its handler has not run yet: too late to cancel
};

/// The record of one operation.
struct operation_record {
    operation_kind kind{};                 ///< what was started
    clock::duration start{};               ///< since the network began
    std::optional<clock::duration> end{};  ///< none while it is pending
    error_code error{};                    ///< the result
    std::size_t bytes = 0;                 ///< read or written
};

/// Which operations fail or are cut short, by number, and a record of each operation. See fault_plan.hpp for
/// an example.
class fault_plan {
public:
    /// Operation n completes with `ec` and has no other effect.
    void fail(std::size_t n, error_code ec);

    /// Operation n, a read or a write, transfers at most `bytes` (at least one).
    void shorten(std::size_t n, std::size_t bytes);

    /// The function that starts operation n throws std::bad_alloc, without effect.
    void run_out_of_memory(std::size_t n);

    /// Calls `action` once, at that moment of operation n. An operation that is cancelled, or whose socket is
    /// closed, has only the moment `started`. For a synchronous operation (open, shutdown, a read or write
    /// that does not wait) every moment is `started`.
    void on(std::size_t n, moment when, std::function<void()> action);

    /// Every read and write transfers at most `bytes`; 0: no limit.
    void piece_size(std::size_t bytes) noexcept { piece_size_ = bytes; }

    /// How many operations have started.
    std::size_t count() const noexcept { return log_.size(); }

    /// The records of all operations, by number.
    const std::vector<operation_record>& log() const noexcept { return log_; }

    /// Clears the plan and keeps the records.
    void clear();

    /// For streams that follow a plan: gives the next operation its number; throws if the plan says so.
    std::size_t begin(operation_kind kind, clock::duration now = {});

    /// For streams that follow a plan: records the result of operation n.
    void end(std::size_t n, error_code ec, std::size_t bytes, clock::duration now = {}) noexcept;

    /// The error with which operation n has to complete, if any.
    std::optional<error_code> failure(std::size_t n) const;

    /// How many bytes operation n may transfer.
    std::size_t limit(std::size_t n) const;

    /// Takes the action for this moment of operation n out of the plan; empty if there is none.
    std::function<void()> take_action(std::size_t n, moment when);

private:
    struct fault {
        std::optional<error_code> error{};
        std::size_t limit = (std::numeric_limits<std::size_t>::max)();
        bool throws = false;
        std::array<std::function<void()>, 3> actions{};
    };
    std::map<std::size_t, fault> faults_;
    std::vector<operation_record> log_;
    std::size_t piece_size_ = 0;
};

}  // namespace uplink::testing

#if !defined(UPLINK_TESTING_SEPARATE_COMPILATION)
#include <uplink/testing/impl/fault_plan.ipp>
#endif
