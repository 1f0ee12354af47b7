// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Regular expressions, compiled once: <regex> costs each file that uses it more than a second.
#pragma once

#include <string>

namespace uplink::tests {

/// The whole text is what the expression says.
bool matches(const std::string& text, const std::string& expression);
/// A part of the text is.
bool contains_match(const std::string& text, const std::string& expression);

}  // namespace uplink::tests
