// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The lookups of one connect, one a family: asked of the user's resolver, of the socket's own (a simulated
// network has one), or of the system. An answer comes to the operation on the client's executor; what
// cannot be asked counts as answered with an error.
#pragma once

#include <uplink/detail/machine/host_service.hpp>
#include <uplink/detail/op/lookup_request.hpp>
#include <uplink/detail/op/system_resolver.hpp>
#include <uplink/detail/support/asio.hpp>
#include <uplink/detail/support/asio_version.hpp>
#include <uplink/detail/support/client_service.hpp>
#include <uplink/options.hpp>

#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// `Operation` has on_answer(address_family, error_code, std::vector<endpoint>).
template <class Core, class Operation> class name_lookups {
    using executor_type = typename Core::executor_type;
    using socket_type = typename Core::socket_type;
    using request_type = lookup_request<Operation, executor_type>;
    using endpoints = std::vector<net::ip::tcp::endpoint>;

public:
    name_lookups() noexcept = default;
    name_lookups(const name_lookups&) = delete;
    name_lookups& operator=(const name_lookups&) = delete;
    ~name_lookups() { forget(); }

    /// Gives the error where the question could not be put.
    error_code ask(Operation& operation, Core& core, const host_service& target,
                   address_family family) noexcept {
        try {
            auto request = std::make_shared<request_type>(operation, core.get_executor(), family);
            requests_[family == address_family::v4 ? 0 : 1] = request;
            put(core, target, family, std::move(request));
            return {};
        } catch (const system_error& failure) {
            return failure.code() ? failure.code() : error_code(net::error::no_recovery);
        } catch (const std::bad_alloc&) {
            return net::error::no_memory;
        } catch (...) {
            return net::error::no_recovery;
        }
    }

    /// No answer is wanted any more.
    void forget() noexcept {
        for (auto& request : requests_) {
            if (request) std::exchange(request, nullptr)->detach();
        }
    }

private:
    static void put(Core& core, const host_service& target, address_family family,
                    std::shared_ptr<request_type> request) {
        // Weak, so that a lookup that has not begun is not worth making once nobody wants it.
        auto answer = [weak = std::weak_ptr<request_type>(request)](error_code ec, endpoints found) {
            if (const auto wanted = weak.lock()) wanted->answer(ec, std::move(found));
        };
        // Held here: the resolver may end the operation, and with it the client.
        if (const std::shared_ptr<name_resolver> custom = core.options().connect.resolver) {
            custom->resolve(target.host, target.service, family, std::move(answer));
        } else if constexpr (requires { socket_type::default_resolver(core.get_executor()); }) {
            const auto own = socket_type::default_resolver(core.get_executor());
            own->resolve(target.host, target.service, family, std::move(answer));
        } else {
            // Its answers come from a thread of its own.
            net::execution_context& context = context_of(core.get_executor());
            if (!has_locks(context)) throw system_error(net::error::operation_not_supported);
            const auto system = system_resolver_of(context);
            system->resolve(target.host, target.service, family, std::move(answer), request);
        }
    }

    std::shared_ptr<request_type> requests_[2];
};

}  // namespace uplink::detail
