// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client's TLS session, whose server is another one in memory. The first byte chooses the version; each two bytes
// after it are a step: the server writes, a part of its ciphertext reaches the client, a byte of it is changed, its
// records change places, come twice or not at all, the client reads, or one of them ends. Whatever happens, what is
// read is a beginning of what was written, an end is the server's own, and a stream that is cut is never a whole one.

#include <fuzz/targets.hpp>

#include <uplink/detail/tls/tls_session.hpp>

#include "tls/certificates.hpp"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fuzz {

namespace {

using uplink::detail::tls_session;
using uplink::detail::tls_state;
namespace net = uplink::net;

struct both_contexts {
    const uplink::tests::certificate shown = uplink::tests::a_leaf()
                                                 .for_host("server.test")
                                                 .with_key(uplink::tests::key_kind::ed25519)
                                                 .signed_by_itself();
    const uplink::tests::context_ptr server = uplink::tests::server_context(shown);
    const uplink::tests::context_ptr client{SSL_CTX_new(TLS_client_method())};

    both_contexts() {
        X509_STORE_add_cert(SSL_CTX_get_cert_store(client.get()), shown.x509());
        SSL_CTX_set_verify(client.get(), SSL_VERIFY_PEER, nullptr);
        SSL_CTX_set_session_cache_mode(server.get(), SSL_SESS_CACHE_OFF);
    }
    static const both_contexts& shared() {
        static const both_contexts made;
        return made;
    }
};

class tls_conversation {
public:
    explicit tls_conversation(int version)
        : client_(both_contexts::shared().client.get()),
          server_(both_contexts::shared().server.get(), false) {
        for (tls_session* each : {&client_, &server_}) {
            SSL_set_min_proto_version(each->native_handle(), version);
            SSL_set_max_proto_version(each->native_handle(), version);
        }
    }

    void write(std::size_t size) {
        server_goes_on();
        if (!is_server_ready_ || has_ended_) return;
        const std::string text(size * 100, static_cast<char>('a' + written_.size() % 26));
        written_.append(text, 0, server_.write(net::buffer(text)).bytes);
    }
    void end() {
        if (is_server_ready_) server_.shut_down();
        has_ended_ = has_ended_ || is_server_ready_;
    }
    void deliver(std::size_t most) {
        server_goes_on();
        if (is_cut_) return server_.output().consume(server_.output().size());
        const std::string_view part = server_.output().view().substr(0, most);
        client_.input().append(part.data(), part.size());
        server_.output().consume(part.size());
    }
    void change(std::size_t at) {
        std::string all(server_.output().view());
        if (all.empty()) return;
        all[at % all.size()] ^= 0x10;
        replace(all);
    }
    /// Two neighbours change places.
    void swap_records(std::size_t which) {
        std::vector<std::string> records = records_on_the_way();
        if (records.size() < 2) return;
        which %= records.size() - 1;
        std::swap(records[which], records[which + 1]);
        replace(joined(records));
    }
    /// One comes twice, or not at all.
    void repeat_record(std::size_t which, bool is_dropped) {
        std::vector<std::string> records = records_on_the_way();
        if (records.empty()) return;
        const auto place = records.begin() + static_cast<std::ptrdiff_t>(which % records.size());
        if (is_dropped) records.erase(place);
        else records.insert(place, std::string(*place));
        replace(joined(records));
    }
    void read(std::size_t room) {
        const bool had_failed = static_cast<bool>(client_.failure());
        if (!is_client_ready_) is_client_ready_ = client_.handshake().state == tls_state::done;
        if (is_client_ready_) {
            std::string bytes(room, '\0');
            const uplink::detail::tls_result got = client_.read(net::buffer(bytes));
            read_.append(bytes, 0, got.bytes);
            require(got.bytes == 0 || got.state == tls_state::done, "bytes come with success");
            require(got.state != tls_state::ended || has_ended_, "an end is the server's");
            require(got.state != tls_state::ended || read_ == written_, "an end is behind the last byte");
        }
        client_.release_buffers();
        require(!had_failed || client_.failure(), "a failure stays");
        require(is_changed_ || is_cut_ || !client_.failure(), "nothing fails that was not changed");
        require(std::string_view(written_).starts_with(read_), "what is read was written, in order");
    }
    /// The transport ends here.
    void cut() {
        client_.input_ended();
        is_cut_ = true;
    }
    /// What is on the way arrives.
    void finish() {
        for (int round = 0; round != 8; ++round) {
            read(1);
            deliver(std::string::npos);
        }
        const std::size_t most = written_.size() + 8;
        for (std::size_t before = read_.size() + 1; before != read_.size();) {
            before = read_.size();
            read(most);
        }
        require(is_changed_ || is_cut_ || read_ == written_, "all that was written is read");
        if (is_cut_) finish_cut();
    }

private:
    /// An end of the transport is a failure of the session, unless the server's own end came before it.
    void finish_cut() {
        char byte = 0;
        const tls_state state =
            is_client_ready_ ? client_.read(net::buffer(&byte, 1)).state : client_.handshake().state;
        require(state == tls_state::failed || state == tls_state::ended, "a stream that is cut is over");
        require(state == tls_state::failed || (has_ended_ && read_ == written_),
                "a stream that is cut is no whole one");
        require(is_changed_ || state == tls_state::ended || client_.failure() == uplink::errc::truncated,
                "a stream that is cut is truncated");
    }

    // --- The server's ciphertext that has not reached the client ---

    std::vector<std::string> records_on_the_way() {
        constexpr std::size_t header = 5;
        const auto number = [](char c) { return static_cast<std::size_t>(static_cast<unsigned char>(c)); };
        std::vector<std::string> records;
        for (std::string_view rest = server_.output().view(); !rest.empty();) {
            std::size_t size = rest.size();
            if (size >= header) size = (std::min)(size, header + number(rest[3]) * 256 + number(rest[4]));
            records.emplace_back(rest.substr(0, size));
            rest.remove_prefix(size);
        }
        return records;
    }
    static std::string joined(const std::vector<std::string>& records) {
        std::string all;
        for (const std::string& each : records) all += each;
        return all;
    }
    void replace(const std::string& bytes) {
        server_.output().consume(server_.output().size());
        server_.output().append(bytes.data(), bytes.size());
        is_changed_ = true;
    }

    void server_goes_on() {
        const std::string_view sent = client_.output().view();
        server_.input().append(sent.data(), sent.size());
        client_.output().consume(sent.size());
        if (!is_server_ready_) is_server_ready_ = server_.handshake().state == tls_state::done;
    }

    tls_session client_;
    tls_session server_;
    std::string written_{};
    std::string read_{};
    bool is_client_ready_ = false;
    bool is_server_ready_ = false;
    bool is_changed_ = false;
    bool is_cut_ = false;
    bool has_ended_ = false;
};

}  // namespace

void tls_records(std::string_view input) {
    if (input.empty()) return;
    tls_conversation talk(input.front() % 2 == 0 ? TLS1_3_VERSION : TLS1_2_VERSION);
    input.remove_prefix(1);
    for (std::size_t steps = 0; input.size() >= 2 && steps != 200; ++steps, input.remove_prefix(2)) {
        const auto number = static_cast<std::size_t>(static_cast<unsigned char>(input[1]));
        switch (static_cast<unsigned char>(input[0]) % 8) {
        case 0: talk.write(number); break;
        case 1: talk.deliver(number + 1); break;
        case 2: talk.deliver(number * 64); break;
        case 3: talk.change(number * 7); break;
        case 4: talk.read(number + 1); break;
        case 5: talk.read(number * 100 + 1); break;
        case 6:
            if (number == 255) talk.cut();
            else if (number >= 250) talk.swap_records(number);
            else if (number >= 240) talk.repeat_record(number / 2, number % 2 == 0);
            else talk.read(1);
            break;
        case 7:
            if (number > 250) talk.end();
            else talk.deliver(1);
            break;
        }
    }
    talk.finish();
}

}  // namespace fuzz
