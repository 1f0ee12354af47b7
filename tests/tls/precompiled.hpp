// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What nearly every test of TLS includes, precompiled for all of them; test files include what they use all the same.
#pragma once

#include "support/precompiled.hpp"
#include "tls/tls_instantiations.hpp"

#include <uplink/tls.hpp>

#include <openssl/ssl.h>
#include <openssl/x509.h>
