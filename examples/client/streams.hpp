// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What main() can start; each gives the exit status.
#pragma once

#include "arguments.hpp"
#include "console.hpp"

namespace tool {

int run_plain(const arguments& how, console& out);
int run_local(const arguments& how, console& out);
int run_tls(const arguments& how, console& out);
int demonstrate(console& out);

}  // namespace tool
