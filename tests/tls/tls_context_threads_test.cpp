// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One context on several threads: connections, resumption and reloads at the same time.
#include <uplink/tls_context.hpp>

#include "support/catch.hpp"
#include "tls/certificates.hpp"
#include "tls/identity_row.hpp"
#include "tls/temporary_file.hpp"
#include "tls/tls_meeting.hpp"

#include <openssl/ssl.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace uplink::tests {

TEST_CASE("TLS context: threads connect, resume and reload at the same time") {
    const certificate leaf = a_leaf().for_host("server.test").signed_by(trusted_root());
    const temporary_file roots(trusted_root().pem());
    for (const int version : every_version) {
        const context_ptr server = server_context(leaf);
        SSL_CTX_set_min_proto_version(server.get(), version);
        SSL_CTX_set_max_proto_version(server.get(), version);
        std::atomic<int> asked = 0;
        tls_options options;
        options.ca_file = roots.path();
        options.verify = [&](const std::vector<std::string>& chain) {
            ++asked;
            return chain.size() == 2;
        };
        const tls_context shared(options);
        std::atomic<int> failures = 0;
        std::atomic<int> resumed = 0;
        constexpr int rounds = 20;
        constexpr int thread_count = 4;
        const auto connect = [&] {
            tls_context own = shared;
            for (int i = 0; i != rounds; ++i) {
                tls_meeting meeting(own, server.get());
                if (meeting.connect() != accepted) ++failures;
                meeting.exchange();
                if (meeting.report().resumed) ++resumed;
                error_code ec;
                if (i % 5 == 0) own.reload(ec);
                if (ec) ++failures;
            }
        };
        std::vector<std::thread> threads;
        for (int i = 0; i != thread_count; ++i) threads.emplace_back(connect);
        for (std::thread& each : threads) each.join();
        CHECK(failures == 0);
        CHECK(asked == rounds * thread_count);
        CHECK(resumed >= rounds * thread_count - thread_count);
    }
}

}  // namespace uplink::tests
