// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What is kept of earlier connections, to resume them: for each peer either up to four tickets of TLS 1.3, of
// which each is used once (RFC 8446, appendix C.4), or one session of TLS 1.2, which may be used again. The
// peer that was used least recently is given up for a new one. A container without OpenSSL and without a
// clock; the time is an argument.
//
// `Session` is a value, copied for a session that may be used again. A peer is a text that has everything in
// which a connection must not differ from the earlier one.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <iterator>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

enum class session_use : bool { once, again };

template <class Session> class session_cache {
public:
    using time_point = std::chrono::steady_clock::time_point;

    static constexpr std::size_t most_tickets = 4;

    explicit session_cache(std::size_t most_peers) noexcept : most_peers_(most_peers) {}
    session_cache(const session_cache&) = delete;
    session_cache& operator=(const session_cache&) = delete;

    std::size_t size() const noexcept { return peers_.size(); }

    /// A session that may be used again replaces what there is; a ticket replaces such a session, and the
    /// oldest of the tickets if there are too many.
    void keep(std::string_view peer, Session session, session_use use, time_point expiry) {
        if (most_peers_ == 0) return;
        auto found = index_.find(peer);
        if (found == index_.end()) {
            while (peers_.size() >= most_peers_) erase(std::prev(peers_.end()));
            peers_.push_front({std::string(peer), {}, use});
            try {
                found = index_.emplace(peers_.front().name, peers_.begin()).first;
            } catch (...) {
                peers_.pop_front();
                throw;
            }
        }
        use_now(found->second);
        entry& kept = *found->second;
        if (use == session_use::again || kept.use == session_use::again) kept.sessions.clear();
        if (kept.sessions.size() >= most_tickets) kept.sessions.pop_front();
        kept.use = use;
        kept.sessions.push_back({std::move(session), expiry});
    }

    /// The newest session of this peer that has not expired; none if there is none. A ticket is not kept any
    /// longer.
    std::optional<Session> take(std::string_view peer, time_point now) {
        const auto found = index_.find(peer);
        if (found == index_.end()) return {};
        use_now(found->second);
        auto& sessions = found->second->sessions;
        std::optional<Session> taken;
        while (!taken && !sessions.empty()) {
            if (sessions.back().expiry > now) {
                if (found->second->use == session_use::again) return sessions.back().session;
                taken = std::move(sessions.back().session);
            }
            sessions.pop_back();
        }
        if (sessions.empty()) erase(found->second);
        return taken;
    }

    void drop(std::string_view peer) noexcept {
        if (const auto found = index_.find(peer); found != index_.end()) erase(found->second);
    }
    void clear() noexcept {
        index_.clear();
        peers_.clear();
    }

private:
    struct kept_session {
        Session session;
        time_point expiry;
    };
    struct entry {
        std::string name;
        std::deque<kept_session> sessions;  // the newest last
        session_use use;
    };
    using position = typename std::list<entry>::iterator;

    void use_now(position place) noexcept { peers_.splice(peers_.begin(), peers_, place); }
    void erase(position place) noexcept {
        index_.erase(place->name);
        peers_.erase(place);
    }

    const std::size_t most_peers_;
    std::list<entry> peers_{};                                // the one used last is first
    std::unordered_map<std::string_view, position> index_{};  // the names are those of the entries
};

}  // namespace uplink::detail
