//! The magic packet (fact sheet §34).

use std::str::FromStr;

/// The address of a network card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mac(pub [u8; 6]);

impl FromStr for Mac {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let plain: String = text.chars().filter(|letter| !matches!(letter, ':' | '-' | '.')).collect();
        let bytes: Option<[u8; 6]> = hex::decode(plain).ok().and_then(|bytes| bytes.try_into().ok());
        match bytes {
            // A group address or zeros wake nobody.
            Some(bytes) if bytes[0] & 1 == 0 && bytes != [0; 6] => Ok(Self(bytes)),
            _ => Err(format!("`{text}` is no MAC; write 00:11:22:33:44:55")),
        }
    }
}

/// FF six times, the MAC sixteen times.
#[must_use]
pub fn magic(mac: Mac) -> Vec<u8> {
    [&[0xFF; 6][..], &mac.0.repeat(16)].concat()
}

/// Who is woken by a datagram; a network card finds the pattern anywhere in it.
#[must_use]
pub fn woken(datagram: &[u8]) -> Option<Mac> {
    datagram.windows(102).find_map(|window| {
        let (head, rest) = window.split_at_checked(6)?;
        let mac: [u8; 6] = rest.get(..6)?.try_into().ok()?;
        (head == [0xFF; 6] && rest == mac.repeat(16).as_slice()).then_some(Mac(mac))
    })
}

#[cfg(test)]
mod tests {
    use super::{Mac, magic, woken};
    use proptest::prelude::*;

    #[test]
    fn golden_packet_of_fact_sheet_34() {
        let packet = magic("00:11:22:AA:bb:CC".parse().unwrap());
        assert_eq!(packet.len(), 102);
        assert_eq!(hex::encode_upper(&packet), format!("FFFFFFFFFFFF{}", "001122AABBCC".repeat(16)));
        assert_eq!("00-11-22-aa-bb-cc".parse::<Mac>(), "0011.22AA.BBCC".parse());
        for bad in ["", "00:11:22:33:44", "00:11:22:33:44:5g", "FF:FF:FF:FF:FF:FF", "00:00:00:00:00:00"] {
            assert!(bad.parse::<Mac>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn the_pattern_is_found_anywhere(noise in proptest::collection::vec(any::<u8>(), 0..40), mac: [u8; 6]) {
            let mac = Mac([mac[0] & 0xFE, mac[1], mac[2], mac[3], mac[4], mac[5]]);
            prop_assert_eq!(woken(&[&noise[..], &magic(mac)].concat()), Some(mac));
            prop_assert_eq!(woken(&noise), None);
        }
    }
}
