// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The inside of the simulated network, for programs of many test files. Usually each file that uses the
// network compiles that inside again. To compile it once, define UPLINK_TESTING_SEPARATE_COMPILATION in all
// files of the program, and include this header in exactly one of them.
#pragma once

#include <uplink/testing/network.hpp>

#include <uplink/testing/detail/impl/connection.ipp>
#include <uplink/testing/detail/impl/operation.ipp>
#include <uplink/testing/detail/impl/peer.ipp>
#include <uplink/testing/detail/impl/peer_line.ipp>
#include <uplink/testing/detail/impl/pipe.ipp>
#include <uplink/testing/detail/impl/real_io.ipp>
#include <uplink/testing/detail/impl/resolver.ipp>
#include <uplink/testing/detail/impl/simulation.ipp>
#include <uplink/testing/detail/impl/socket_state.ipp>
#include <uplink/testing/detail/impl/world.ipp>
#include <uplink/testing/impl/endpoint.ipp>
#include <uplink/testing/impl/fault_plan.ipp>
#include <uplink/testing/impl/host.ipp>
#include <uplink/testing/impl/network.ipp>
#include <uplink/testing/impl/timer.ipp>
