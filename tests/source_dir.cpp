#include "tests/source_dir.hpp"

std::string source_dir() { return SOURCE_DIR; }
