//! Behaviours of the matrix.
