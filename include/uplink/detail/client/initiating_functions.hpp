// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The initiating functions of a client, one for each kind of operation: each makes the operation for the
// token's handler and passes it to the admission. `Token` is given as the caller has it, a reference for an
// lvalue, so that such a handler is copied and not moved from. The arguments are owned by the initiation
// until the operation starts.
#pragma once

#include <uplink/detail/client/admission.hpp>
#include <uplink/detail/client/client_core.hpp>
#include <uplink/detail/client/close_operation.hpp>
#include <uplink/detail/client/exchange_operation.hpp>
#include <uplink/detail/client/initiation.hpp>
#include <uplink/detail/client/socket_admission.hpp>
#include <uplink/detail/connect/connect_operation.hpp>
#include <uplink/detail/connection/drain_list.hpp>
#include <uplink/detail/connection/receive_operation.hpp>
#include <uplink/detail/connection/send_operation.hpp>
#include <uplink/net.hpp>
#include <uplink/received_bytes.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

using transfer_signature = void(error_code, std::size_t);
using view_signature = void(error_code, std::string_view);
using plain_signature = void(error_code);
template <class Core> using connect_signature_of = void(error_code, typename Core::endpoint_type);
template <class Core> using optional_limit_of = std::optional<typename Core::time_limit>;

/// Calls run(core, handler, arguments...) when the token starts the operation.
template <class Token, class Signature, class Core, class Run, class... Arguments>
auto initiate(const std::shared_ptr<Core>& core, std::remove_reference_t<Token>& token, Run run,
              Arguments&&... arguments) {
    return net::async_initiate<Token, Signature>(initiation<Core, Run>(core, std::move(run)), token,
                                                 std::forward<Arguments>(arguments)...);
}

/// Without a limit the operation has the limit of the options.
template <class Token, class Core>
auto initiate_connect(const std::shared_ptr<Core>& core, std::string&& host, std::string&& service,
                      optional_limit_of<Core> limit, std::remove_reference_t<Token>& token) {
    return initiate<Token, connect_signature_of<Core>>(
        core, token,
        [limit](Core& on, auto&& handler, std::string name, std::string port) {
            launch<connect_operation<Core>>(
                on, std::forward<decltype(handler)>(handler),
                [&](auto& admission, auto& made) {
                    admission.connect(made, std::move(name), std::move(port), limit);
                },
                on);
        },
        std::move(host), std::move(service));
}
/// `Target`: an endpoint, or a vector of them.
template <class Token, class Core, class Target>
auto initiate_connect_to(const std::shared_ptr<Core>& core, Target target, optional_limit_of<Core> limit,
                         std::remove_reference_t<Token>& token) {
    return initiate<Token, connect_signature_of<Core>>(
        core, token,
        [limit](Core& on, auto&& handler, Target to) {
            launch<connect_operation<Core>>(
                on, std::forward<decltype(handler)>(handler),
                [&](auto& admission, auto& made) { admission.connect(made, std::move(to), limit); }, on);
        },
        std::move(target));
}

/// The socket is moved from when the operation is admitted; a token that starts later owns it until then.
template <class Token, class Core>
auto initiate_connect_over(const std::shared_ptr<Core>& core, typename Core::socket_type&& connected,
                           std::optional<std::string> host, optional_limit_of<Core> limit,
                           std::remove_reference_t<Token>& token) {
    return initiate<Token, connect_signature_of<Core>>(
        core, token,
        [limit](Core& on, auto&& handler, typename Core::socket_type&& socket,
                std::optional<std::string> name) {
            launch<connect_operation<Core>, socket_admission>(
                on, std::forward<decltype(handler)>(handler),
                [&](auto& admission, auto& made) { admission.connect(made, socket, std::move(name), limit); },
                on);
        },
        std::move(connected), std::move(host));
}
/// To the path of a local socket.
template <class Token, class Core>
auto initiate_connect_to_path(const std::shared_ptr<Core>& core, std::string path,
                              optional_limit_of<Core> limit, std::remove_reference_t<Token>& token) {
    return initiate<Token, connect_signature_of<Core>>(
        core, token,
        [limit](Core& on, auto&& handler, std::string to) {
            launch<connect_operation<Core>, socket_admission>(
                on, std::forward<decltype(handler)>(handler),
                [&](auto& admission, auto& made) { admission.connect(made, std::move(to), limit); }, on);
        },
        std::move(path));
}

template <class Token, class Bytes, class Core, class Source>
auto initiate_send(const std::shared_ptr<Core>& core, send_kind kind, typename Core::time_limit limit,
                   std::remove_reference_t<Token>& token, Source&& source) {
    return initiate<Token, transfer_signature>(
        core, token,
        [limit, kind](Core& on, auto&& handler, auto&& bytes) {
            launch<send_operation<Core, Bytes>>(
                on, std::forward<decltype(handler)>(handler),
                [&](auto& admission, auto& made) { admission.send(made, limit); }, kind,
                std::forward<decltype(bytes)>(bytes));
        },
        std::forward<Source>(source));
}
template <class Token, class Core, class Container>
auto initiate_send_owned(const std::shared_ptr<Core>& core, Container&& bytes,
                         typename Core::time_limit limit, std::remove_reference_t<Token>& token) {
    return initiate_send<Token, owned_bytes<Container>>(core, send_kind::bytes, limit, token,
                                                        std::move(bytes));
}
template <class Token, class Core>
auto initiate_shutdown_send(const std::shared_ptr<Core>& core, typename Core::time_limit limit,
                            std::remove_reference_t<Token>& token) {
    return initiate<Token, plain_signature>(core, token, [limit](Core& on, auto&& handler) {
        launch<half_close<Core>>(on, std::forward<decltype(handler)>(handler),
                                 [&](auto& admission, auto& made) { admission.send(made, limit); });
    });
}
template <class Token, class Core>
auto initiate_drain(const std::shared_ptr<Core>& core, typename Core::time_limit limit,
                    std::remove_reference_t<Token>& token) {
    return initiate<Token, plain_signature>(core, token, [limit](Core& on, auto&& handler) {
        launch<drain_operation<Core>>(on, std::forward<decltype(handler)>(handler),
                                      [&](auto& admission, auto& made) { admission.drain(made, limit); });
    });
}
/// Without a limit the operation has the limit of the options.
template <class Token, class Core>
auto initiate_close(const std::shared_ptr<Core>& core, optional_limit_of<Core> limit,
                    std::remove_reference_t<Token>& token) {
    return initiate<Token, plain_signature>(core, token, [limit](Core& on, auto&& handler) {
        launch<close_operation<Core>>(on, std::forward<decltype(handler)>(handler),
                                      [&](auto& admission, auto& made) { admission.close(made, limit); });
    });
}

template <class Token, class Operation, class Signature, class Core, class... Source>
auto initiate_receive(const std::shared_ptr<Core>& core, typename Core::time_limit limit,
                      std::remove_reference_t<Token>& token, Source&&... source) {
    return initiate<Token, Signature>(
        core, token,
        [limit](Core& on, auto&& handler, auto&&... parts) {
            launch<Operation>(
                on, std::forward<decltype(handler)>(handler),
                [&](auto& admission, auto& made) { admission.receive(made, limit); },
                std::forward<decltype(parts)>(parts)...);
        },
        std::forward<Source>(source)...);
}
template <class Token, class Core, class Framing>
auto initiate_receive_view(const std::shared_ptr<Core>& core, Framing&& message_framing,
                           typename Core::time_limit limit, std::remove_reference_t<Token>& token) {
    static_assert(viewable_state<typename Core::state_type>,
                  "this receive delivers a view of the state: State needs view() and consume(n), as "
                  "uplink::received_bytes has");
    return initiate_receive<Token, receive_framed<Core, std::decay_t<Framing>>, view_signature>(
        core, limit, token, std::forward<Framing>(message_framing));
}
template <class Token, class Request, class Core, class Source>
auto initiate_exchange(const std::shared_ptr<Core>& core, bool half_closes, typename Core::time_limit limit,
                       std::remove_reference_t<Token>& token, Source&& source) {
    return initiate<Token, transfer_signature>(
        core, token,
        [half_closes, limit](Core& on, auto&& handler, auto&& request) {
            launch<exchange_operation<Core, Request>>(
                on, std::forward<decltype(handler)>(handler),
                [&](auto& admission, auto& made) { admission.exchange(made, limit); }, half_closes,
                std::forward<decltype(request)>(request));
        },
        std::forward<Source>(source));
}

}  // namespace uplink::detail
