// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of pem_list.hpp.
#pragma once

#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/tls/pem_list.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL bool is_cut(std::string_view text) noexcept {
    constexpr std::string_view begins = "\n-----B";
    const std::size_t last = text.rfind("\n-----END ");
    const std::string_view end = text.substr((std::min)(text.rfind('\n'), text.size()));
    return text.find(begins, last + 1) != std::string_view::npos ||
           (end.size() > 1 && begins.starts_with(end));
}

}  // namespace uplink::detail
