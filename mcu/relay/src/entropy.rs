//! Random bytes as an argument.

/// A source of random bytes given by the shell (the system's generator) or by a test (a counter).
pub struct Entropy(Box<Fill>);

type Fill = dyn FnMut(&mut [u8]) + Send;

impl Entropy {
    /// From a function that fills a buffer.
    #[must_use]
    pub fn new(fill: impl FnMut(&mut [u8]) + Send + 'static) -> Self {
        Self(Box::new(fill))
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.0)(&mut bytes);
        bytes
    }

    /// A random number.
    pub fn u32(&mut self) -> u32 {
        u32::from_be_bytes(self.bytes())
    }

    /// A random word of `2 * N` hexadecimal digits, as `ice-char` allows (RFC 8839 §5.4).
    pub fn word<const N: usize>(&mut self) -> String {
        hex::encode(self.bytes::<N>())
    }

    /// A generator that counts, for tests and fuzzing.
    #[must_use]
    pub fn counting() -> Self {
        let mut next = 0_u8;
        Self::new(move |bytes| {
            for byte in bytes {
                next = next.wrapping_add(1);
                *byte = next;
            }
        })
    }
}
