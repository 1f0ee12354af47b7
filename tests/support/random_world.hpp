// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What surrounds the client of a random program (see random_program.hpp).
#pragma once

#include "support/client_run.hpp"
#include "support/random_program.hpp"

#include <functional>
#include <string>

namespace uplink::tests {

inline constexpr const char* random_peer = "192.0.2.1:80";

handlers choose_handlers(choices& from);
uplink::client_options choose_options(choices& from);
void choose_network(choices& from, client_run& talk);
/// True if the peer never ends the connection in order.
bool choose_peer(choices& from, client_run& talk);
/// `stopping` is called before a fault ends all that is pending.
void choose_faults(choices& from, client_run& talk, const std::function<void(const std::string&)>& stopping);

}  // namespace uplink::tests
