// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/text_matches.hpp"

#include <regex>

namespace uplink::tests {

bool matches(const std::string& text, const std::string& expression) {
    return std::regex_match(text, std::regex(expression));
}

bool contains_match(const std::string& text, const std::string& expression) {
    return std::regex_search(text, std::regex(expression));
}

}  // namespace uplink::tests
