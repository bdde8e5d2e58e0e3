//! `rehearsal`: the whole system on loopback, for `make run`.
fn main() {}
