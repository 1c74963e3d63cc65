#pragma once
#include <string>

// The folder of the project that this test was built in. A function in a file of its own, not a definition for every
// file: what the tests are compiled to does not depend on the place, and a compiler cache serves all clones.
std::string source_dir();
