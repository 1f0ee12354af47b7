// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The example client with a local socket; see example_client_test.cpp.
#if defined(UPLINK_EXAMPLE_CLIENT)

#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/example_client.hpp"
#include "support/loopback_server.hpp"

#include <string>
#include <vector>

namespace uplink::tests {

TEST_CASE("client takes unix:PATH for a local socket, with or without a half-close", "[example]") {
    loopback_server server({server_script().expect("ping").expect_eof().reply("pong").close(),
                            server_script().expect("ping").reply("pong").close()},
                           {.family = loopback_options::address::local});
    std::string path = server.path();
    path.front() = '@';  // it is an abstract name
    for (const bool half_closes : {true, false}) {
        std::vector<std::string> words{program};
        if (!half_closes) words.push_back("--no-half-close");
        words.push_back("unix:" + path);
        child_process client(words);
        CHECK(client.finish("ping") == 0);
        CHECK(client.output() == "pong");
        CHECK(client.errors().empty());
    }
    for (const std::string wrong : {"unix:", "unix:@", "unix:/nowhere/at/all"}) {
        child_process nobody({program, wrong});
        const bool is_path = wrong.size() > 6;
        CHECK(nobody.finish() == exits_with(is_path ? tool::exit_status::connect : tool::exit_status::usage));
        CHECK(is_one_line(nobody.errors()));
        CHECK(nobody.errors().find(wrong) != std::string::npos);
    }
    for (const std::string option :
         {"--tls", "--proxy=x", "--insecure", "--proxy-from-environment", "-4", "--source=::1"}) {
        child_process refused({program, option, "unix:/x"});
        CHECK(refused.finish() == 2);
    }
}

}  // namespace uplink::tests

#endif
