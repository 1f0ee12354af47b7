// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The class templates that make up the inside of a client, for files that declare or define their
// instantiations: `PREFIX` is extern, or nothing, and `CORE` names the client's core. The macro is used in
// namespace uplink::detail.
#pragma once

#include <uplink/detail/client/admission.hpp>
#include <uplink/detail/client/client_core.hpp>
#include <uplink/detail/client/close_operation.hpp>
#include <uplink/detail/client/exchange_operation.hpp>
#include <uplink/detail/connect/connect_operation.hpp>
#include <uplink/detail/connection/connection.hpp>
#include <uplink/detail/connection/drain_list.hpp>
#include <uplink/detail/connection/receive_operation.hpp>
#include <uplink/detail/connection/send_operation.hpp>
#include <uplink/detail/support/operation_ptr.hpp>

#include <string>

#define UPLINK_DETAIL_CLIENT_INSTANTIATIONS(PREFIX, CORE)                                                    \
    PREFIX template class client_core<CORE::stream_type, CORE::state_type>;                                  \
    PREFIX template class client_connections<CORE>;                                                          \
    PREFIX template class admission<CORE>;                                                                   \
    PREFIX template void admission<CORE>::exchange(                                                          \
        operation_ptr<exchange_operation<CORE, owned_bytes<std::string>>>&, const CORE::time_limit&);        \
    PREFIX template class connect_operation<CORE>;                                                           \
    PREFIX template class receive_operation<CORE>;                                                           \
    PREFIX template class limited_send<CORE>;                                                                \
    PREFIX template class drain_operation<CORE>;                                                             \
    PREFIX template class close_operation<CORE>;                                                             \
    PREFIX template class exchange_operation<CORE, owned_bytes<std::string>>;                                \
    PREFIX template class cancel_function<connect_operation<CORE>>;                                          \
    PREFIX template class cancel_function<receive_operation<CORE>>;                                          \
    PREFIX template class cancel_function<limited_send<CORE>>;                                               \
    PREFIX template class cancel_function<drain_operation<CORE>>;                                            \
    PREFIX template class cancel_function<close_operation<CORE>>;                                            \
    PREFIX template class cancel_function<exchange_operation<CORE, owned_bytes<std::string>>>;               \
    PREFIX template class connection<CORE>;                                                                  \
    PREFIX template class sender<connection<CORE>>;                                                          \
    PREFIX template class writer<connection<CORE>>;                                                          \
    PREFIX template class receiver<connection<CORE>>;                                                        \
    PREFIX template class reader<connection<CORE>>;                                                          \
    PREFIX template class read_room<CORE>;                                                                   \
    PREFIX template class turn<CORE, CORE::timer_type, CORE::time_point>;                                    \
    PREFIX template class completion_queue<CORE>;                                                            \
    PREFIX template class deadline_queue<CORE, CORE::timer_type, CORE::time_point>
