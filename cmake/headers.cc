// Holds no code: CMake compiles the standard headers with it, once for all targets that take them.
