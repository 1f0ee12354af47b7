// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client for the command line; --help says what it can be called with, and README.md shows it. parse.cpp reads the
// words, and one of plain.cpp, local.cpp and tls.cpp does the work, by transfer.hpp or by reconnecting_lines.hpp.
#include "../standard_streams.hpp"
#include "console.hpp"
#include "exit_status.hpp"
#include "parse.hpp"
#include "streams.hpp"

#include <asio/error.hpp>

#include <csignal>
#include <exception>
#include <string>
#include <system_error>

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // whoever reads our output may go: that is an error of write()
    reserve_standard_descriptors();
    const std::string path = argc > 0 ? argv[0] : "client";
    const std::string program = path.substr(path.rfind('/') + 1);
    tool::console out(program);
    try {
        if (argc <= 1) return tool::demonstrate(out);
        const tool::call call = tool::parse(program, argc, argv);
        if (call.status) return *call.status;
        if (call.how.server.path) return tool::run_local(call.how, out);
        return call.how.tls ? tool::run_tls(call.how, out) : tool::run_plain(call.how, out);
    } catch (const std::system_error& ex) {
        // A file that can't be used, or a proxy in the environment that is none.
        out.say(ex.what());
        return static_cast<int>(ex.code() == asio::error::invalid_argument ? tool::exit_status::usage
                                                                           : tool::exit_status::local);
    } catch (const std::exception& ex) {
        out.say(ex.what());
        return static_cast<int>(tool::exit_status::failed);
    }
}
