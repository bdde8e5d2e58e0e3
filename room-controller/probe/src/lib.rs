//! Nothing to use: the probe is a program.
