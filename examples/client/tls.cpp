// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The client over TLS, if this build has it.
#include "streams.hpp"

#if defined(UPLINK_EXAMPLE_TLS)

#include "key_log_file.hpp"
#include "run.hpp"

#include <uplink/tls.hpp>

#include <memory>
#include <string_view>

namespace tool {

int run_tls(const arguments& how, console& out) {
    uplink::tls_options options{.ca_file = how.ca_file,
                                .certificate_file = how.certificate_file,
                                .private_key_file = how.key_file,
                                .alpn = how.alpn,
                                .insecure_no_verification = how.insecure};
    if (how.key_log) {
        options.key_log = [file = std::make_shared<key_log_file>()](std::string_view line) {
            file->write(line);
        };
    }
    asio::io_context io;
    return run(io, uplink::tls_client(io, std::move(options), how.options), how, out);
}

}  // namespace tool

#else

#include "exit_status.hpp"

int tool::run_tls(const arguments&, console& out) {
    out.say("--tls: this build has no TLS");
    return static_cast<int>(exit_status::usage);
}

#endif
