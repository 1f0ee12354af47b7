// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Framings of the user's that use the client while the receiver asks them: cancel, close, destroy, send and receive.

#include <uplink/detail/connection/receiver.hpp>

#include "support/mortal_client.hpp"
#include "support/scripted_stream.hpp"

#include <string>
#include <string_view>

namespace uplink::tests {

TEST_CASE("a framing may cancel, close, destroy and fail the client while it finds a message") {
    for (const deed what : deeds) {
        CAPTURE(static_cast<int>(what));
        mortal_client<received_bytes> talk;
        completion received;
        talk.mortal->async_receive_message(asking_framing{[&](std::string_view pending) {
                                               if (!pending.empty()) act(what, talk.mortal, talk.script());
                                           }},
                                           record(received));
        talk.script().end_read("one\ntwo\n");
        talk.run();
        const bool stands = what == deed::cancel || what == deed::fail;
        CHECK(received == completed(stands ? success : aborted, stands ? "one" : ""));
        CHECK_FALSE(talk.script().is_reading());
        if (stands) CHECK(talk.mortal->state().view() == "two\n");
        if (stands) CHECK(talk.mortal->stats().receives == 1);
    }
}

TEST_CASE("a framing may cancel, close, destroy and fail the client while it finds none") {
    for (const deed what : deeds) {
        CAPTURE(static_cast<int>(what));
        mortal_client<received_bytes> talk;
        completion received;
        int asked = 0;
        talk.mortal->async_receive_message(asking_framing{[&](std::string_view pending) {
                                               ++asked;
                                               if (!pending.empty() && talk.mortal)
                                                   act(what, talk.mortal, talk.script());
                                           }},
                                           record(received));
        CHECK(asked == 1);
        talk.script().end_read("part");
        talk.run();
        CHECK(received == completed(what == deed::fail ? was_reset : aborted, ""));
        CHECK_FALSE(talk.script().is_reading());
        if (talk.mortal) CHECK(talk.mortal->state().view() == "part");
    }
}

TEST_CASE("a framing that delivers while the connection fails is asked once for each message") {
    mortal_client<received_bytes> talk;
    completion received;
    int asked = 0;
    talk.script().reads.push_back({{}, "three\n"});
    talk.mortal->async_receive_message(asking_framing{[&](std::string_view pending) {
                                           ++asked;
                                           if (!pending.empty()) act(deed::fail, talk.mortal, talk.script());
                                       }},
                                       record(received));
    talk.script().end_read("one\ntwo\n");
    talk.run();
    CHECK(received == completed(success, "one"));
    CHECK(asked == 2);
    CHECK(talk.mortal->state().view().starts_with("two\n"));
}

TEST_CASE("what had come is looked at again where the connection fails while a framing is asked") {
    mortal_client<received_bytes> talk;
    completion received;
    talk.script().reads.push_back({{}, " and the rest\n"});
    talk.mortal->async_receive_message(asking_framing{[&](std::string_view pending) {
                                           if (pending == "part") act(deed::fail, talk.mortal, talk.script());
                                       }},
                                       record(received));
    talk.script().end_read("part");
    talk.run();
    CHECK(received == completed(success, "part and the rest"));
}

TEST_CASE("a framing may start sends, and a receive, which is refused") {
    mortal_client<received_bytes> talk;
    completion received, sent, refused;
    talk.mortal->async_receive_message(asking_framing{[&](std::string_view pending) {
                                           if (pending.empty()) return;
                                           talk.mortal->async_send(std::string("ack"), record(sent));
                                           talk.mortal->async_receive(record(refused));
                                       }},
                                       record(received));
    talk.script().end_read("line\n");
    CHECK_FALSE(sent);
    talk.run();
    CHECK(received == completed(success, "line"));
    CHECK(refused == completed(errc::operation_in_progress));
    REQUIRE(talk.script().is_writing());
    CHECK(talk.script().writing() == "ack");
    talk.script().end_write();
    talk.run();
    CHECK(sent == completed(success));
}

}  // namespace uplink::tests
