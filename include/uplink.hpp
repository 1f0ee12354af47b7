// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// All public headers except those that need OpenSSL, <uplink/tls...>, and those for tests,
// <uplink/testing/...>.
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/async_exchange.hpp>
#include <uplink/blocking_client.hpp>
#include <uplink/connect_report.hpp>
#include <uplink/connection_stats.hpp>
#include <uplink/error.hpp>
#include <uplink/framing.hpp>
#include <uplink/fwd.hpp>
#include <uplink/limited_stream.hpp>
#include <uplink/net.hpp>
#include <uplink/observer.hpp>
#include <uplink/options.hpp>
#include <uplink/proxy.hpp>
#include <uplink/received_bytes.hpp>
#include <uplink/reconnect_options.hpp>
#include <uplink/reconnect_text.hpp>
#include <uplink/reconnecting_client.hpp>
#include <uplink/time_limit.hpp>
#include <uplink/version.hpp>

/// @namespace uplink
/// The clients, their options and errors, and all that goes with them.
