//! Where a device is.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

/// Usual speed of VISCA and most serial devices.
const DEFAULT_BAUD: u32 = 9600;

/// `tcp://host:port`, `udp://ip:port`, `serial:/dev/ttyS0?baud=9600`
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A serial line, 8N1 without flow control.
    Serial {
        /// Device file.
        path: PathBuf,
        /// Bits per second.
        baud: u32,
    },
    /// TCP; a name is resolved at each connect.
    Tcp(String),
    /// UDP.
    Udp(SocketAddr),
}

/// Why an address is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no device address; write tcp://host:port, udp://ip:port or serial:/dev/ttyS0?baud=9600")]
pub struct AddressError(pub String);

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let bad = || AddressError(text.to_owned());
        if let Some(place) = text.strip_prefix("tcp://") {
            let (host, port) = place.rsplit_once(':').ok_or_else(bad)?;
            let _: u16 = port.parse().map_err(|_| bad())?;
            return if host.is_empty() { Err(bad()) } else { Ok(Self::Tcp(place.to_owned())) };
        }
        if let Some(place) = text.strip_prefix("udp://") {
            return Ok(Self::Udp(place.parse().map_err(|_| bad())?));
        }
        let place = text.strip_prefix("serial:").ok_or_else(bad)?;
        let (path, baud) = match place.split_once("?baud=") {
            Some((path, baud)) => (path, baud.parse().map_err(|_| bad())?),
            None => (place, DEFAULT_BAUD),
        };
        if path.is_empty() { Err(bad()) } else { Ok(Self::Serial { path: PathBuf::from(path), baud }) }
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn addresses_are_read_or_refused() {
        assert_eq!("tcp://10.0.0.5:5678".parse(), Ok(Address::Tcp("10.0.0.5:5678".to_owned())));
        assert_eq!("udp://10.0.0.5:52381".parse(), Ok(Address::Udp(([10, 0, 0, 5], 52381).into())));
        assert_eq!("serial:/dev/ttyS0?baud=38400".parse(), Ok(Address::Serial { path: "/dev/ttyS0".into(), baud: 38400 }));
        for bad in ["", "tcp://x", "tcp://:5", "udp://name:1", "serial:", "http://x:1", "serial:/dev/x?baud=fast"] {
            assert!(bad.parse::<Address>().is_err(), "{bad}");
        }
    }
}
