// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The options of the client, for CLI11 and for the help that it prints. Only parse.cpp includes it.
#pragma once

#include "arguments.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <vector>

namespace tool {

constexpr auto description =
    "Sends standard input to a server, and writes what comes to standard output, both at once.\n"
    "Without arguments: a demonstration with a server of its own. unix:@NAME is an abstract local socket.";

/// What the words are, before their meaning is known.
struct words {
    std::string first{}, second{};
    std::string text{}, timeout{}, connect_timeout{}, idle_timeout{}, proxy{};
    std::vector<std::string> sources{};
    bool no_half_close = false, v4 = false, v6 = false, from_environment = false, progress = false;
    bool no_progress = false;
};

/// Without what needs and excludes what: the groups say enough.
struct help_format : CLI::Formatter {
    std::string make_usage(const CLI::App*, std::string name) const override {
        return "Usage: " + name + " [OPTION...] HOST PORT | HOST:PORT | [V6]:PORT | unix:PATH\n";
    }
    std::string make_option_opts(const CLI::Option* option) const override {
        return option->get_type_size() == 0 ? "" : ' ' + option->get_type_name();
    }
};

inline void add_options(CLI::App& app, words& given, arguments& how) {
    app.formatter(std::make_shared<help_format>());
    std::string group;
    const auto option = [&](const std::string& names, auto& value, const std::string& type,
                            const std::string& help) {
        return app.add_option(names, value, help)->type_name(type)->group(group)->allow_extra_args(false);
    };
    const auto flag = [&](const std::string& names, bool& value, const std::string& help) {
        return app.add_flag(names, value, help)->group(group);
    };
    app.add_option("HOST", given.first)->group("");
    app.add_option("PORT", given.second)->group("");

    group = "What is sent";
    auto* const text = option("--send", given.text, "TEXT",
                              "this instead of standard input; \\r \\n \\t \\0 \\\\ \\xHH are bytes");
    option("--file", how.file, "FILE", "this file instead of standard input")->excludes(text);
    flag("-C,--crlf", how.crlf, "line ends as \\r\\n");
    auto* const open = flag("--no-half-close", given.no_half_close,
                            "leave our side open at the end of input, as HTTP servers want it");

    group = "Lines";
    auto* const line = flag("--line", how.line,
                            "a dialogue in lines, both directions at once: what comes is\n"
                            "written in whole lines (with --crlf without \\r)");
    flag("--reconnect", how.reconnect, "after a loss connect again and go on; a line is sent once at most")
        ->needs(line)
        ->excludes(open);

    group = "Time limits (2, 0.5, 300ms, 5m, 1h; seconds without a unit)";
    option("--timeout,--limit", given.timeout, "TIME", "for all of it");
    option("--connect-timeout", given.connect_timeout, "TIME", "until connected; 30 s by itself");
    option("--idle-timeout", given.idle_timeout, "TIME", "without a byte, in a direction that waits for one");

    group = "How to connect";
    auto* const v4 = flag("-4", given.v4, "IPv4 alone");
    flag("-6", given.v6, "IPv6 alone")->excludes(v4);
    option("--source", given.sources, "ADDRESS", "from this one of ours; at most one of each family");
    auto* const proxy = option("--proxy", given.proxy, "URL",
                               "through a proxy: socks5://, socks5h:// (it looks HOST up) or http://,\n"
                               "with USER:PASSWORD@ in front of its host if it wants them");
    flag("--proxy-from-environment", given.from_environment,
         "through the one in all_proxy, unless HOST is in no_proxy")
        ->excludes(proxy);

    group = "What is told, on standard error";
    flag("-v,--verbose", how.verbose, "how connecting went, as a timeline");
    flag("--stats", how.stats, "figures at the end");
    auto* const progress =
        flag("--progress", given.progress, "how far it is; by itself on a terminal, if it takes long");
    flag("--no-progress", given.no_progress, "never")->excludes(progress);
    flag("--json", how.json, "one line of JSON at the end, with all of that, and nothing else");

    group = "TLS";
    auto* const tls = flag("--tls", how.tls, "encrypt, to a server that proves that it is HOST; with it:");
    option("--ca", how.ca_file, "FILE", "trust these roots (PEM) instead of the system's")->needs(tls);
    option("--cert", how.certificate_file, "FILE",
           "our own certificate (PEM); its private key is there too, or in")
        ->needs(tls);
    option("--key", how.key_file, "FILE", "this file")->needs(tls);
    option("--alpn", how.alpn, "LIST", "application protocols to offer, such as h2,http/1.1")
        ->needs(tls)
        ->delimiter(',');
    flag("--insecure", how.insecure, "verify nothing: anybody can pose as HOST")->needs(tls);
    flag("--tls-key-log", how.key_log, "append what decrypts the connection to the file SSLKEYLOGFILE")
        ->needs(tls);
}

}  // namespace tool
