// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// For programs of several files that use TLS: what TLS adds to <uplink/impl/src.hpp>, which says more. If
// UPLINK_SEPARATE_COMPILATION is defined in all files of a program, exactly one of them has to include this
// header besides; without that the program does not link. What is compiled once is tls_client, the client
// inside async_exchange over TLS, and what is no template. If UPLINK_SEPARATE_COMPILATION is not defined,
// this header has no effect.
#pragma once

#include <uplink/tls.hpp>

#if defined(UPLINK_SEPARATE_COMPILATION)

#include <uplink/detail/tls/impl/certificate_chain.ipp>
#include <uplink/detail/tls/impl/certificate_pins.ipp>
#include <uplink/detail/tls/impl/certificate_text.ipp>
#include <uplink/detail/tls/impl/ciphertext.ipp>
#include <uplink/detail/tls/impl/client_certificate.ipp>
#include <uplink/detail/tls/impl/encrypt.ipp>
#include <uplink/detail/tls/impl/openssl_objects.ipp>
#include <uplink/detail/tls/impl/openssl_words.ipp>
#include <uplink/detail/tls/impl/option_text.ipp>
#include <uplink/detail/tls/impl/pem_list.ipp>
#include <uplink/detail/tls/impl/session_facts.ipp>
#include <uplink/detail/tls/impl/spare_ciphertext.ipp>
#include <uplink/detail/tls/impl/tls_configuration.ipp>
#include <uplink/detail/tls/impl/tls_events.ipp>
#include <uplink/detail/tls/impl/tls_parameters.ipp>
#include <uplink/detail/tls/impl/tls_peer.ipp>
#include <uplink/detail/tls/impl/tls_session.ipp>
#include <uplink/detail/tls/impl/tls_shared.ipp>
#include <uplink/detail/tls/impl/trusted_roots.ipp>
#include <uplink/impl/tls_clients.hpp>
#include <uplink/impl/tls_context.ipp>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(, usual_tls_core);
UPLINK_DETAIL_CLIENT_INSTANTIATIONS(, usual_tls_once_core);
template class exchange_once_steps<usual_tls_once_core>;
template class tls_channel<net::ip::tcp::socket>;
template class ciphertext_writer<tls_channel<net::ip::tcp::socket>>;

}  // namespace uplink::detail

#endif
