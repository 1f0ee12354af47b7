// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The lookups of one connect: one for all addresses, or one for each family. The user's resolver is asked if
// there is one, else the resolver of the socket (a simulated network has one), else the system. The operation
// receives each answer on the client's executor. A question that cannot be asked counts as answered with an
// error. This object owns the requests, and detaches them when it is destroyed.
#pragma once

#include <uplink/detail/connect/lookup_request.hpp>
#include <uplink/detail/support/asio_version.hpp>
#include <uplink/detail/support/client_service.hpp>
#include <uplink/detail/system/system_resolver.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// `Operation` has on_answer(address_family, lookup_answer&&).
template <class Core, class Operation> class name_lookups {
    using executor_type = typename Core::executor_type;
    using socket_type = typename Core::socket_type;
    using request_type = lookup_request<Operation, executor_type>;

public:
    name_lookups() noexcept = default;
    name_lookups(const name_lookups&) = delete;
    name_lookups& operator=(const name_lookups&) = delete;
    ~name_lookups() { forget(); }

    /// Called before every other function. A resolver decides itself whether it answers the families apart;
    /// without one the option decides.
    bool choose_families(Core& core) noexcept {
        const connect_options& options = core.options().connect;
        if (options.family != address_family::any) return false;
        try {
            if (const std::shared_ptr<name_resolver> custom = options.resolver)
                apart_ = custom->answers_families_apart();
            else if constexpr (has_own_resolver)
                apart_ = socket_type::default_resolver(core.get_executor())->answers_families_apart();
            else apart_ = options.families_apart;
        } catch (...) {
            failure_ = net::error::no_recovery;
        }
        return apart_;
    }

    bool are_apart() const noexcept { return apart_; }

    /// Asks one question. Returns the error if it could not be asked.
    [[gnu::cold]] error_code ask(Operation& operation, Core& core, const std::string& host,
                                 const std::string& service, address_family family) noexcept {
        if (failure_) return failure_;
        std::shared_ptr<request_type> request;
        error_code failure;
        try {
            request = std::make_shared<request_type>(operation, core.get_executor(), family);
            requests_[family == address_family::v4 ? 0 : 1] = request;
            put(core, {host, service, family}, request);
            return {};
        } catch (const system_error& thrown) {
            failure = thrown.code() ? thrown.code() : error_code(net::error::no_recovery);
        } catch (const std::bad_alloc&) {
            failure = net::error::no_memory;
        } catch (...) {
            failure = net::error::no_recovery;
        }
        // An answer that was given before the exception counts.
        return !request || request->refuse_answers() ? failure : error_code();
    }

    /// Detaches the requests: no answer is wanted any more.
    void forget() noexcept {
        for (auto& request : requests_) {
            if (!request) continue;
            note_begin(*request);
            std::exchange(request, nullptr)->detach();
        }
    }

    /// How long after the question the lookup began, known after forget(); of two lookups the shorter time;
    /// none if no lookup has begun.
    std::optional<std::chrono::nanoseconds> began() const noexcept { return began_; }

private:
    static constexpr bool has_own_resolver = requires(const executor_type& executor) {
        socket_type::default_resolver(executor);
    };

    [[gnu::cold]] void put(Core& core, const lookup_question& question,
                           const std::shared_ptr<request_type>& request) {
        // Weak, so that the resolver can drop a lookup that has not begun when nobody wants its answer.
        std::function<void(lookup_answer)> answer =
            [weak = std::weak_ptr<request_type>(request)](lookup_answer found) {
                if (const auto wanted = weak.lock()) wanted->answer(std::move(found));
            };
        // A shared owner: the resolver may end the operation, and the client with it.
        if (const std::shared_ptr<name_resolver> custom = core.options().connect.resolver) {
            request->begins_at_once();
            ask_user(*custom, question, std::move(answer));
        } else if constexpr (has_own_resolver) {
            request->begins_at_once();
            socket_type::default_resolver(core.get_executor())->resolve(question, std::move(answer));
        } else {
            // The system resolver answers from a thread of its own.
            net::execution_context& context = context_of(core.get_executor());
            if (!has_locks(context)) throw system_error(net::error::operation_not_supported);
            system_resolver_of(context)->resolve(question, std::move(answer), request, part_of(question));
        }
    }

    static void ask_user(name_resolver& custom, const lookup_question& question,
                         std::function<void(lookup_answer)>&& answer) {
        try {
            custom.resolve(question, std::move(answer));
        } catch (...) {
            throw system_error(net::error::no_recovery);
        }
    }

    system_resolver::part part_of(const lookup_question& question) const noexcept {
        using part = system_resolver::part;
        if (!apart_) return part::whole;
        return question.family == address_family::v4 ? part::v4_half : part::v6_half;
    }

    void note_begin(const request_type& request) noexcept {
        const std::optional<std::chrono::nanoseconds> began = request.began();
        if (began) began_ = (std::min)(began_.value_or(*began), *began);
    }

    std::array<std::shared_ptr<request_type>, 2> requests_{};
    std::optional<std::chrono::nanoseconds> began_{};
    error_code failure_{};  ///< the error of choose_families()
    bool apart_ = false;
};

}  // namespace uplink::detail
