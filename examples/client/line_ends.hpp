// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Lines of a stream that comes in pieces, of any size.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tool {

/// \n becomes \r\n, unless a \r stands in front of it already.
class crlf_writer {
public:
    std::string convert(std::string_view piece) {
        std::string result;
        result.reserve(piece.size() + piece.size() / 16);
        for (const char each : piece) {
            if (each == '\n' && last_ != '\r') result.push_back('\r');
            result.push_back(each);
            last_ = each;
        }
        return result;
    }

private:
    char last_ = '\0';  // of the pieces so far
};

/// Keeps back what is not a whole line yet; `drops_cr`: \r\n becomes \n. A line above `longest` bytes is given out in
/// pieces, so that memory stays bounded.
class whole_lines {
public:
    static constexpr std::size_t longest = std::size_t{1} << 20;

    explicit whole_lines(bool drops_cr = false) : drops_cr_(drops_cr) {}

    /// The lines that this piece completes.
    std::string feed(std::string_view piece) {
        const std::size_t end = piece.rfind('\n');
        if (end == std::string_view::npos && kept_.size() + piece.size() <= longest) {
            kept_ += piece;
            return {};
        }
        const bool may_be_cut = drops_cr_ && piece.ends_with('\r');  // in the middle of \r\n
        const std::size_t size =
            end == std::string_view::npos ? piece.size() - (may_be_cut ? 1 : 0) : end + 1;
        std::string lines = std::exchange(kept_, {});
        lines += piece.substr(0, size);
        kept_ = piece.substr(size);
        if (drops_cr_) drop_cr(lines);
        return lines;
    }
    /// The last line, which has no end.
    std::string rest() { return std::exchange(kept_, {}); }

private:
    static void drop_cr(std::string& lines) {
        std::size_t to = 0;
        for (std::size_t at = 0; at != lines.size(); ++at) {
            if (lines[at] == '\r' && at + 1 != lines.size() && lines[at + 1] == '\n') continue;
            lines[to++] = lines[at];
        }
        lines.resize(to);
    }

    const bool drops_cr_;
    std::string kept_{};
};

/// Each line with its end; the last may have none.
inline std::vector<std::string_view> split_lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.push_back(text.substr(0, end == std::string_view::npos ? end : end + 1));
        text.remove_prefix(lines.back().size());
    }
    return lines;
}

}  // namespace tool
