//! What a RID says about its layer.

use mcu_media_api::Layer;

/// Families of names in use, highest first: ours, that of many SFUs (full, half, quarter), words, and numbers.
const FAMILIES: [&[(&str, Layer)]; 5] = [
    &[("h", Layer::High), ("m", Layer::Mid), ("l", Layer::Low)],
    &[("f", Layer::High), ("h", Layer::Mid), ("q", Layer::Low)],
    &[("hi", Layer::High), ("mid", Layer::Mid), ("lo", Layer::Low)],
    &[("high", Layer::High), ("medium", Layer::Mid), ("low", Layer::Low)],
    &[("2", Layer::High), ("1", Layer::Mid), ("0", Layer::Low)],
];

/// The layer of each RID.
///
/// When all names belong to one family (`h m l`, `f h q`, `hi mid lo`, `high medium low`, `2 1 0`) the names decide, and a single one is the highest
/// whatever it is called. Otherwise the first listed is the highest, as the order of preference of RFC 8853 §5.2 suggests. More than three
/// RIDs: the first three are taken.
#[must_use]
pub fn name_layers(rids: &[String]) -> Vec<(String, Layer)> {
    let rids = rids.get(..rids.len().min(3)).unwrap_or_default();
    if let [only] = rids {
        return vec![(only.clone(), Layer::High)];
    }
    for family in FAMILIES {
        let named: Vec<(String, Layer)> =
            rids.iter().filter_map(|rid| family.iter().find(|(name, _)| name == rid).map(|(_, layer)| (rid.clone(), *layer))).collect();
        if named.len() == rids.len() {
            return named;
        }
    }
    rids.iter().cloned().zip([Layer::High, Layer::Mid, Layer::Low]).collect()
}

#[cfg(test)]
mod tests {
    use super::name_layers;
    use mcu_media_api::Layer::{High, Low, Mid};

    #[test]
    fn names_decide_and_else_the_order() {
        let layers = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            name_layers(&names).into_iter().map(|(_, layer)| layer).collect::<Vec<_>>()
        };
        assert_eq!(layers(&["l", "m", "h"]), [Low, Mid, High]);
        assert_eq!(layers(&["q", "h", "f"]), [Low, Mid, High]);
        assert_eq!(layers(&["0", "1", "2"]), [Low, Mid, High]);
        assert_eq!(layers(&["lo", "mid", "hi"]), [Low, Mid, High]);
        assert_eq!(layers(&["h", "l"]), [High, Low]);
        assert_eq!(layers(&["h", "q"]), [Mid, Low], "h is the half of f, h, q as soon as q stands beside it");
        assert_eq!(layers(&["a", "b", "c", "d"]), [High, Mid, Low]);
        assert_eq!(layers(&["l"]), [High]);
    }
}
