// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the tests against TLS servers of others share. The scripts real_tls_*.sh start such a server, or say that it is
// not installed; they give the port and the folder with the certificates in the environment.
#pragma once

#include <uplink/tls.hpp>

#include "support/client_test.hpp"
#include "support/file_contents.hpp"
#include "tls/tls_instantiations.hpp"

#include <cstdlib>
#include <string>
#include <utility>

namespace uplink::tests {

class real_tls_test : public client_test {
public:
    static std::string value_of(const char* name) {
        const char* const value = std::getenv(name);
        INFO(name << " is not set: run it by a script real_tls_*.sh");
        REQUIRE(value != nullptr);
        return value;
    }
    /// root.pem, and of the server and the client leaf.pem and leaf.key.
    std::string certificates = value_of("UPLINK_TLS_FOLDER");

    tls_options trusting(tls_options options = {}) const {
        options.ca_file = certificates + "/root.pem";
        return options;
    }
    /// One line is sent, and one comes. The connection is closed in order.
    static std::string ask(blocking_tls_client& client, const std::string& port, const std::string& line) {
        client.connect("127.0.0.1", port, limit);
        client.send(line + "\n", limit);
        const std::string answer = client.receive_until("\n", limit);
        error_code ignored;
        client.close(limit, ignored);
        return answer;
    }

    static constexpr std::chrono::seconds limit{60};
};

}  // namespace uplink::tests
