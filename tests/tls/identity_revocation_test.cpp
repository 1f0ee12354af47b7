// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A list of revoked certificates that is given is used, its dates too; and which revocations it does not see.

#include "support/catch.hpp"
#include "tls/certificates.hpp"
#include "tls/identity_row.hpp"
#include "tls/revocation_list.hpp"
#include "tls/temporary_file.hpp"
#include "tls/tls_meeting.hpp"

#include <openssl/x509_vfy.h>

#include <chrono>
#include <string>
#include <vector>

namespace uplink::tests {

namespace {

using std::chrono::hours;

certificate_builder our_leaf() { return a_leaf().for_host("server.test"); }
verdict leaf_rejected(int x509_error) { return rejected(x509_error, 0, "CN=Leaf"); }

/// The rows, with these lists in crl_file.
void check_with(const std::string& lists, const std::vector<identity_row>& rows) {
    const temporary_file file(lists);
    tls_options options = trusting(trusted_root());
    options.crl_file = file.path();
    check_identities(options, rows);
}

}  // namespace

TEST_CASE("TLS revocation: a revoked certificate is rejected, and no other", "[verdict]") {
    const certificate& root = trusted_root();
    const certificate good = our_leaf().signed_by(root);
    const certificate revoked = our_leaf().signed_by(root);
    check_with(a_revocation_list().with(revoked).signed_by(root),
               {{"good", good}, {"revoked", revoked, leaf_rejected(X509_V_ERR_CERT_REVOKED)}});
    check_with(a_revocation_list().signed_by(root), {{"an empty list", revoked}});
    check_identities({{"no list", revoked}});
}

TEST_CASE("TLS revocation: a list out of date is as good as none, which rejects", "[verdict]") {
    const certificate& root = trusted_root();
    const certificate good = our_leaf().signed_by(root);
    check_with(a_revocation_list().valid(hours(-48), hours(-1)).signed_by(root),
               {{"expired", good, leaf_rejected(X509_V_ERR_CRL_HAS_EXPIRED)}});
    check_with(a_revocation_list().valid(hours(1), hours(48)).signed_by(root),
               {{"not yet valid", good, leaf_rejected(X509_V_ERR_CRL_NOT_YET_VALID)}});
}

TEST_CASE("TLS revocation: a list has to be the issuer's own", "[verdict]") {
    const certificate& root = trusted_root();
    const certificate good = our_leaf().signed_by(root);
    const certificate stranger = an_authority("Stranger").signed_by_itself();
    const certificate namesake = an_authority("Root").signed_by_itself();
    check_with(a_revocation_list().signed_by(stranger),
               {{"a stranger's list", good, leaf_rejected(X509_V_ERR_UNABLE_TO_GET_CRL)}});
    check_with(a_revocation_list().signed_by(namesake),
               {{"a namesake's list", good, leaf_rejected(X509_V_ERR_CRL_SIGNATURE_FAILURE)}});
}

TEST_CASE("TLS revocation: authorities are looked up if there is a list of their issuer", "[verdict]") {
    const certificate& root = trusted_root();
    const certificate middle = an_authority("Middle").signed_by(root);
    const certificate leaf = our_leaf().signed_by(middle);
    const certificate revoked = our_leaf().signed_by(middle);
    const std::string of_middle = a_revocation_list().with(revoked).signed_by(middle);
    const verdict middle_revoked = rejected(X509_V_ERR_CERT_REVOKED, 1, "CN=Middle");
    check_with(of_middle, {{"good", leaf}, {"revoked", revoked, leaf_rejected(X509_V_ERR_CERT_REVOKED)}});
    check_with(a_revocation_list().signed_by(root) + of_middle,
               {{"all good", leaf},
                {"revoked, by the second list", revoked, leaf_rejected(X509_V_ERR_CERT_REVOKED)}});
    check_with(a_revocation_list().signed_by(root),
               {{"no list of the leaf's issuer", leaf, leaf_rejected(X509_V_ERR_UNABLE_TO_GET_CRL)}});
    check_with(a_revocation_list().with(middle).signed_by(root) + of_middle,
               {{"the authority is revoked", leaf, middle_revoked}});
    check_with(
        a_revocation_list().valid(hours(-48), hours(-1)).signed_by(root) + of_middle,
        {{"the authority's list has expired", leaf, rejected(X509_V_ERR_CRL_HAS_EXPIRED, 1, "CN=Middle")}});
}

}  // namespace uplink::tests
