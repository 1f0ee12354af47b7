// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Exchanges with a server on Python's ssl module, which real_tls_python.sh starts. A request is a line: the number of
// bytes that come back, and "unwrap" for an end with close_notify, without which Python's sockets just close.
#include "tls/real_tls_test.hpp"

#include <string>

namespace uplink::tests {

namespace {

class python_tls_test : public real_tls_test {
public:
    std::string port = value_of("UPLINK_TLS_PORT");

    completion ask(const std::string& line, tls_options options) {
        completion result;
        async_exchange(io, tls_context(trusting(std::move(options))), "localhost", port, line, limit,
                       record(result));
        run();
        return result;
    }
};

constexpr std::size_t much = 5'000'000;

}  // namespace

TEST_CASE_METHOD(python_tls_test, "Python over TLS: a response that ends with close_notify is whole",
                 "[.][real]") {
    for (const tls_version version : {tls_version::v1_2, tls_version::v1_3}) {
        const completion seen = ask(std::to_string(much) + " unwrap\n", {.max_version = version});
        CHECK(seen == completed(success));
        CHECK(same(seen.text, std::string(much, 'x')));
    }
}

TEST_CASE_METHOD(python_tls_test, "Python over TLS: a response that just ends is truncated, unless tolerated",
                 "[.][real]") {
    for (const tls_version version : {tls_version::v1_2, tls_version::v1_3}) {
        const completion cut = ask(std::to_string(much) + "\n", {.max_version = version});
        CHECK(cut == completed(errc::truncated));
        CHECK(same(cut.text, std::string(much, 'x')));
        const completion tolerated =
            ask(std::to_string(much) + "\n", {.max_version = version, .tolerate_missing_close_notify = true});
        CHECK(tolerated == completed(success));
        CHECK(same(tolerated.text, std::string(much, 'x')));
    }
}

}  // namespace uplink::tests
