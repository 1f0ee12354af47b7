// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Which options are asked before a connect, in which order, and how often: those of the client once, until they are
// good, then those of the layer, each time with the host. What the options' own rules are is in option_check_test.cpp.
#include <uplink/detail/client/check_options_of.hpp>

#include <uplink/error.hpp>

#include "support/catch.hpp"

#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace uplink::tests {

namespace {

const error_code invalid = net::error::invalid_argument;

struct options_core {
    static constexpr bool is_tcp = true;
    client_options given{};
    bool is_noted = false;

    const client_options& options() const { return given; }
    bool has_good_options() const { return is_noted; }
    void note_good_options() { is_noted = true; }
};

/// A layer that has a rule for the host.
struct layered_core : options_core {
    struct layer {
        bool is_bad = false;
        mutable std::vector<std::string> asked{};
        error_code check(std::string_view host, std::string& words) const {
            asked.emplace_back(host);
            if (!is_bad) return {};
            words = "nothing for " + std::string(host);
            return errc::tls_configuration;
        }
    } layer_given{};

    const layer& layer_options() const { return layer_given; }
};

// Without a layer a reason is static text, which needs no memory.
static_assert(std::is_same_v<detail::refusal_words<layered_core>, std::string>);
static_assert(std::is_empty_v<detail::refusal_words<options_core>>);

}  // namespace

TEST_CASE("good options of a client are checked once, bad ones each time", "[options]") {
    options_core core;
    detail::refusal_words<options_core> words;
    core.given.max_receive = 0;
    for (int i = 0; i != 2; ++i) {
        const detail::refusal why = detail::check_options_of(core, "host", words);
        CHECK(why.error == invalid);
        CHECK_FALSE(why.reason.empty());
        CHECK_FALSE(core.is_noted);
    }
    core.given.max_receive = 1;
    CHECK_FALSE(detail::check_options_of(core, "host", words));
    CHECK(core.is_noted);
    core.given.max_receive = 0;  // a client's options never change
    CHECK_FALSE(detail::check_options_of(core, "host", words));
}

TEST_CASE("the options of a layer are checked for each host, behind those of the client", "[options]") {
    struct row {
        bool bad_client;
        bool bad_layer;
        error_code expected;
        std::string_view reason;
        std::vector<std::string> asked;
    };
    const row rows[] = {
        {false, false, {}, "", {"host", "other"}},
        {false, true, errc::tls_configuration, "nothing for other", {"host", "other"}},
        {true, false, invalid, "max_receive must be above zero", {}},
        {true, true, invalid, "max_receive must be above zero", {}},
    };
    for (const row& each : rows) {
        CAPTURE(each.bad_client, each.bad_layer);
        layered_core core;
        if (each.bad_client) core.given.max_receive = 0;
        core.layer_given.is_bad = each.bad_layer;
        std::string words, others;
        detail::check_options_of(core, "host", words);
        const detail::refusal why = detail::check_options_of(core, "other", others);
        CHECK(why.error == each.expected);
        CHECK(why.reason == each.reason);
        CHECK(core.layer_given.asked == each.asked);
    }
}

}  // namespace uplink::tests
