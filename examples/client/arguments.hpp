// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the client can be called with. parse.cpp fills it.
#pragma once

#include "target.hpp"

#include <uplink/options.hpp>
#include <uplink/time_limit.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace tool {

using time_limit = uplink::basic_time_limit<std::chrono::steady_clock>;

struct arguments {
    target server{};

    // What is sent: standard input, unless one of the two is given.
    std::optional<std::string> text{};
    std::optional<std::string> file{};
    bool crlf = false;
    bool half_closes = true;
    bool line = false;
    bool reconnect = false;

    time_limit limit{};  ///< for all of it
    uplink::client_options options{};

    bool verbose = false;
    bool stats = false;
    bool json = false;
    std::optional<bool> progress{};  ///< none: by itself, see progress_display

    // Each of these needs --tls: without it, nobody shall believe that the connection is protected.
    bool tls = false;
    std::string ca_file{};
    std::string certificate_file{};
    std::string key_file{};
    std::vector<std::string> alpn{};
    bool insecure = false;
    bool key_log = false;
};

}  // namespace tool
