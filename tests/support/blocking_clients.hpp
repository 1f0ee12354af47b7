// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The blocking clients of the tests, compiled once in blocking_clients.cpp. See instantiations.hpp.
#pragma once

#include <uplink/blocking_client.hpp>
#include <uplink/framing.hpp>

#include "support/local_clients.hpp"
#include "support/sink_client.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace uplink::tests {

using blocking_local_client = basic_blocking_client<local_client>;
using blocking_sink_client = basic_blocking_client<sink_client>;

}  // namespace uplink::tests

/// `PREFIX` is extern, or nothing. The whole of the usual client, with what its templates are used for; of the others
/// what compiles for them and is used.
#define UPLINK_TESTS_BLOCKING_CLIENTS(PREFIX)                                                                \
    PREFIX template class basic_blocking_client<async_client<>>;                                             \
    PREFIX template std::string basic_blocking_client<async_client<>>::receive_message(                      \
        delimited, optional_limit, error_code&);                                                             \
    PREFIX template std::size_t basic_blocking_client<async_client<>>::send(const detail::viewed_string&,    \
                                                                            optional_limit, error_code&);    \
    PREFIX template basic_blocking_client<local_client>::basic_blocking_client(client_options, state_type);  \
    PREFIX template basic_blocking_client<local_client>::endpoint_type                                       \
    basic_blocking_client<local_client>::connect(const endpoint_type&, optional_limit, error_code&);         \
    PREFIX template basic_blocking_client<local_client>::endpoint_type                                       \
    basic_blocking_client<local_client>::connect(const std::string&, optional_limit, error_code&);           \
    PREFIX template std::string basic_blocking_client<local_client>::exchange(                               \
        std::string_view, half_close_t, optional_limit, error_code&);                                        \
    PREFIX template basic_blocking_client<tests::sink_client>::basic_blocking_client(client_options,         \
                                                                                     state_type);            \
    PREFIX template basic_blocking_client<tests::sink_client>::endpoint_type                                 \
    basic_blocking_client<tests::sink_client>::connect(const std::string&, const std::string&,               \
                                                       optional_limit, error_code&);                         \
    PREFIX template std::string basic_blocking_client<tests::sink_client>::receive(optional_limit,           \
                                                                                   error_code&)

namespace uplink::inline UPLINK_NAMESPACE {

UPLINK_TESTS_BLOCKING_CLIENTS(extern);

}  // namespace uplink
