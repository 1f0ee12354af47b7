// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// For programs of several files: usually each file that uses a client compiles the client's inside again. To
// compile it once, define UPLINK_SEPARATE_COMPILATION in all files of the program, and include this header in
// exactly one of them; without that the program does not link. What is compiled once is async_client<>, the
// client inside the free async_exchange, and what is no template. Clients over other streams or with other
// states are compiled where they are used, as ever. A program that uses TLS includes
// <uplink/impl/tls_src.hpp> too. If UPLINK_SEPARATE_COMPILATION is not defined, this header has no effect.
#pragma once

#include <uplink/async_client.hpp>

#if defined(UPLINK_SEPARATE_COMPILATION)

#include <uplink/detail/client/compiled_clients.hpp>
#include <uplink/detail/client/impl/exchange_once.ipp>
#include <uplink/detail/client/impl/shared_options.ipp>
#include <uplink/detail/connect/impl/race_options.ipp>
#include <uplink/detail/machine/impl/any_proxy_handshake.ipp>
#include <uplink/detail/machine/impl/connect_target.ipp>
#include <uplink/detail/machine/impl/dead_peer.ipp>
#include <uplink/detail/machine/impl/gathered_write.ipp>
#include <uplink/detail/machine/impl/http_tunnel.ipp>
#include <uplink/detail/machine/impl/local_binding.ipp>
#include <uplink/detail/machine/impl/local_path.ipp>
#include <uplink/detail/machine/impl/option_check.ipp>
#include <uplink/detail/machine/impl/proxy_choice.ipp>
#include <uplink/detail/machine/impl/proxy_handshake.ipp>
#include <uplink/detail/machine/impl/proxy_route.ipp>
#include <uplink/detail/machine/impl/proxy_url.ipp>
#include <uplink/detail/machine/impl/reconnect_machine.ipp>
#include <uplink/detail/machine/impl/server_choice.ipp>
#include <uplink/detail/machine/impl/socks5_handshake.ipp>
#include <uplink/detail/machine/impl/unread_bytes.ipp>
#include <uplink/detail/support/impl/client_service.ipp>
#include <uplink/detail/support/impl/erased_executor.ipp>
#include <uplink/detail/support/impl/string_state.ipp>
#include <uplink/detail/system/impl/detached_thread.ipp>
#include <uplink/detail/system/impl/lookup_interest.ipp>
#include <uplink/detail/system/impl/lookup_queue.ipp>
#include <uplink/detail/system/impl/open_socket.ipp>
#include <uplink/detail/system/impl/system_lookup.ipp>
#include <uplink/detail/system/impl/system_resolver.ipp>
#include <uplink/impl/connect_report.ipp>
#include <uplink/impl/error.ipp>
#include <uplink/impl/proxy.ipp>
#include <uplink/impl/received_bytes.ipp>
#include <uplink/impl/reconnect_options.ipp>
#include <uplink/impl/reconnect_text.ipp>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(, usual_core);
UPLINK_DETAIL_CLIENT_INSTANTIATIONS(, usual_once_core);
template class exchange_once_steps<usual_once_core>;

}  // namespace uplink::detail

#endif
