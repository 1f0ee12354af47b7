// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of option_text.hpp.
#pragma once

#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/tls/option_text.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL std::string option_text::read(std::string_view option, const std::string& path) {
    const auto refuse = [&](const std::string& why) -> unusable_option {
        return {std::string(option) + ' ' + in_quotes(path) + ": " + why};
    };
    if (path.find('\0') != std::string::npos) throw refuse("the path has a NUL byte");
    struct close_file {
        void operator()(std::FILE* file) const noexcept { std::fclose(file); }
    };
    const std::unique_ptr<std::FILE, close_file> file(std::fopen(path.c_str(), "rb"));
    if (!file) throw refuse(std::generic_category().message(errno));
    std::string bytes;
    std::size_t size = 0;
    for (;;) {
        constexpr std::size_t piece = 16 * 1024;
        if (bytes.size() < size + piece) bytes.resize(2 * size + piece);
        const std::size_t n = std::fread(bytes.data() + size, 1, bytes.size() - size, file.get());
        size += n;
        if (n == 0) break;
    }
    if (std::ferror(file.get()) != 0) throw refuse(std::generic_category().message(errno));
    bytes.resize(size);
    return bytes;
}

}  // namespace uplink::detail
