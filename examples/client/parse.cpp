// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The options, by CLI11. They come as text, and what they mean is found out here, so that no message of CLI11 repeats
// one.
#include "parse.hpp"

#include "exit_status.hpp"
#include "option_list.hpp"
#include "text.hpp"

#include <uplink/proxy.hpp>
#include <uplink/version.hpp>

#include <asio/version.hpp>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <variant>
#include <vector>

namespace tool {

namespace {

struct usage_error : std::runtime_error {
    using runtime_error::runtime_error;
};

std::chrono::nanoseconds time_of(const std::string& option, const std::string& text) {
    const auto time = parse_time(text);
    if (!time || time->count() == 0)
        throw usage_error(option + ": a time such as 2, 0.5, 300ms or 5m is needed");
    return *time;
}

/// The port that the environment's list of exceptions is asked with.
std::uint16_t port_of(const std::string& service) {
    std::uint16_t port = 0;
    const auto [end, problem] = std::from_chars(service.data(), service.data() + service.size(), port);
    if (problem != std::errc() || end != service.data() + service.size() || port == 0)
        throw usage_error("--proxy-from-environment: the port has to be a number");
    return port;
}

void understand(const words& given, const CLI::App& app, arguments& how) {
    const auto has = [&](const std::string& option) { return app.count(option) != 0; };
    if (!has("HOST")) throw usage_error("which server? HOST PORT, HOST:PORT, [V6]:PORT or unix:PATH");
    const auto server = parse_target(given.first, has("PORT") ? std::optional(given.second) : std::nullopt);
    if (!given.first.starts_with("unix:") &&
        (given.first + given.second).find_first_of("/@") != std::string::npos)
        throw usage_error("the server is a host and a port, without a scheme, a user or a path");
    if (!server) throw usage_error("the server has to be HOST PORT, HOST:PORT, [V6]:PORT or unix:PATH");
    how.server = *server;
    if (server->path &&
        (how.tls || has("--proxy") || given.from_environment || given.v4 || given.v6 || has("--source")))
        throw usage_error("--tls, --proxy, -4, -6 and --source are nothing for a local socket");
    if (has("--send")) {
        how.text = unescaped(given.text);
        if (!how.text) throw usage_error("--send: a backslash is followed by r, n, t, 0, a backslash or xHH");
    }
    how.half_closes = !given.no_half_close;
    if (has("--timeout")) how.limit = std::chrono::steady_clock::now() + time_of("--timeout", given.timeout);
    if (has("--connect-timeout"))
        how.options.connect.timeout = time_of("--connect-timeout", given.connect_timeout);
    if (has("--idle-timeout")) how.options.idle_timeout = time_of("--idle-timeout", given.idle_timeout);
    if (given.v4) how.options.connect.family = uplink::address_family::v4;
    if (given.v6) how.options.connect.family = uplink::address_family::v6;
    how.options.connect.local_addresses = given.sources;
    if (given.progress || given.no_progress) how.progress = given.progress;
    if (how.json) how.progress = false;
    if (has("--proxy")) {
        uplink::error_code ec;
        how.options.proxy = uplink::parse_proxy(given.proxy, ec);
        if (ec) throw usage_error("--proxy: socks5://, socks5h:// or http:// and a host is needed");
    }
    if (given.from_environment)
        how.options.proxy = uplink::proxy_from_environment(server->host, port_of(server->service));
}

std::string version_text(const std::string& program) {
    const int asio = ASIO_VERSION;
    return program + " " UPLINK_VERSION_STRING " (Asio " + std::to_string(asio / 100000) + '.' +
           std::to_string(asio / 100 % 1000) + '.' + std::to_string(asio % 100) +
#if defined(UPLINK_EXAMPLE_TLS)
           ", with TLS)";
#else
           ", without TLS)";
#endif
}

}  // namespace

call parse(const std::string& program, int argc, char** argv) {
    call result;
    words given;
    CLI::App app(description);
    try {
        add_options(app, given, result.how);
        app.set_version_flag("--version", version_text(program));
        app.name(program);
        app.parse(argc, argv);
        understand(given, app, result.how);
        return result;
    } catch (const CLI::CallForHelp&) {
        std::cout << app.help() << '\n' << exit_status_help << '\n';  // newer versions would reflow a footer
        result.status = 0;
        return result;
    } catch (const CLI::Success& help) {
        app.exit(help);
        result.status = 0;
        return result;
    } catch (const CLI::ExtrasError&) {
        std::string option;
        for (const std::string& each : app.remaining()) {
            if (option.empty() && each.starts_with('-')) option = each.substr(0, each.find('='));
        }
        std::cerr << program + ": " +
                         (option.empty() ? "too many words"
                                         : printable(option) + ": there is no such option") +
                         '\n';
    } catch (const CLI::ParseError& ex) {
        std::cerr << program + ": " + printable(ex.what()) + '\n';
    } catch (const usage_error& ex) {
        std::cerr << program + ": " + ex.what() + '\n';
    }
    std::cerr << "usage: " + program + " [OPTION...] HOST PORT | HOST:PORT | [V6]:PORT | unix:PATH\n" +
                     "       " + program + " --help says more\n";
    result.status = static_cast<int>(exit_status::usage);
    return result;
}

}  // namespace tool
