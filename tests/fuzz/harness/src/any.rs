//! The one entry for libFuzzer; the environment variable `TARGET` names the parser.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    static TARGET: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    fuzz::run(TARGET.get_or_init(|| std::env::var("TARGET").unwrap_or_default()), data);
});
