// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Lists in PEM texts: how many certificates are read, and that a text which ends too early is not taken for a shorter
// list.
#include <uplink/detail/tls/pem_list.hpp>

#include "support/catch.hpp"
#include "tls/certificates.hpp"

#include <cstddef>
#include <string>

namespace uplink::tests {

namespace {

/// The number of certificates, or why there are none.
std::string count(const std::string& text) {
    std::size_t number = 0;
    try {
        read_certificates(detail::option_text("list", text),
                          [&](const detail::certificate_ptr&) { ++number; });
    } catch (const detail::unusable_option& unusable) {
        return unusable.words;
    }
    return std::to_string(number);
}

const std::string cut = "list ends in the middle of a line: it is not complete";

}  // namespace

TEST_CASE("PEM list: a text that was cut off anywhere but between two certificates is refused") {
    const std::string first = an_authority("First").signed_by_itself().pem();
    const std::string text = first + an_authority("Second").signed_by_itself().pem();
    for (std::size_t size = 0; size <= text.size(); ++size) {
        INFO("size " << size << " of " << text.size() << ", the first has " << first.size());
        const std::string told = count(text.substr(0, size));
        if (size + 1 >= text.size()) CHECK(told == "2");  // the last line may have no end
        else if (size == first.size() || size + 1 == first.size()) CHECK(told == "1");
        else CHECK(told.find("list") == 0);
    }
    CHECK(count(first + "-----BEGIN CERTI") == cut);
    CHECK(count(first + "--") == cut);
}

TEST_CASE("PEM list: text around the certificates, and objects of other kinds, are left alone") {
    const std::string one = an_authority("One").signed_by_itself().pem();
    const std::string other = "-----BEGIN NOTHING-----\nAAAA\n-----END NOTHING-----\n";
    CHECK(count(one) == "1");
    CHECK(count("One\n===\n" + one + "# the end") == "1");
    CHECK(count("- One\n" + one + "- the end\n") == "1");
    CHECK(count(other + one + other + one + other) == "2");
    CHECK(count(other) == "list has no certificate in PEM form");
    CHECK(count("") == "list has no certificate in PEM form");
}

}  // namespace uplink::tests
