// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Everything but TLS (<uplink/tls.hpp>, which needs OpenSSL) and testing (<uplink/testing/network.hpp>).
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/blocking_client.hpp>
#include <uplink/connect_report.hpp>
#include <uplink/connection_stats.hpp>
#include <uplink/error.hpp>
#include <uplink/framing.hpp>
#include <uplink/fwd.hpp>
#include <uplink/options.hpp>
#include <uplink/proxy.hpp>
#include <uplink/received_bytes.hpp>
#include <uplink/time_limit.hpp>
#include <uplink/version.hpp>
