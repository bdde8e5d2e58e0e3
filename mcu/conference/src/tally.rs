//! Tallies, computed from what is really sent and never from what is wanted.

use std::collections::BTreeMap;

use mcu_api::{SiteId, Tally};

/// What a watcher is really being sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// No frame yet.
    Nothing,
    /// A site's own picture.
    Site(SiteId),
    /// A composite, by name.
    Composite(String),
}

/// A composite as the mixer reports it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShownComposite {
    /// In words: `layout:2x2`.
    pub words: String,
    /// Per cell in order: the site whose picture (not slate) is really in it.
    pub cells: Vec<Option<SiteId>>,
}

/// All that is really sent in one conference.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SentPictures {
    /// Per seated site with a connected watcher.
    pub watchers: BTreeMap<SiteId, Sent>,
    /// By name.
    pub composites: BTreeMap<String, ShownComposite>,
}

impl SentPictures {
    /// The cell (from 1) in which a watcher has a site; 0 when it is the whole picture.
    fn cell_of(&self, sent: &Sent, site: &SiteId) -> Option<u8> {
        match sent {
            Sent::Nothing => None,
            Sent::Site(shown) => (shown == site).then_some(0),
            Sent::Composite(name) => {
                let index = self.composites.get(name)?.cells.iter().position(|cell| cell.as_ref() == Some(site))?;
                u8::try_from(index + 1).ok()
            }
        }
    }

    fn words(&self, sent: &Sent) -> Option<String> {
        match sent {
            Sent::Nothing => None,
            Sent::Site(site) => Some(format!("site:{site}")),
            Sent::Composite(name) => Some(self.composites.get(name).map_or_else(|| format!("layout:{name}"), |shown| shown.words.clone())),
        }
    }
}

/// The tallies of the named sites. A site is on air when every other watcher is being sent its picture, alone or in a cell.
pub fn tallies<'a>(sites: impl IntoIterator<Item = &'a SiteId>, sent: &SentPictures) -> BTreeMap<SiteId, Tally> {
    sites.into_iter().map(|site| (site.clone(), tally(site, sent))).collect()
}

fn tally(site: &SiteId, sent: &SentPictures) -> Tally {
    let others = sent.watchers.iter().filter(|(watcher, _)| *watcher != site);
    let cells: Vec<Option<u8>> = others.map(|(_, picture)| sent.cell_of(picture, site)).collect();
    let on_air = !cells.is_empty() && cells.iter().all(Option::is_some);
    Tally {
        on_air,
        cell: cells.iter().flatten().copied().find(|cell| on_air && *cell > 0),
        seen: cells.iter().any(Option::is_some),
        sees: sent.watchers.get(site).and_then(|picture| sent.words(picture)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Sent, SentPictures, ShownComposite, tallies};
    use mcu_api::SiteId;

    fn site(name: &str) -> SiteId {
        SiteId::new(name).unwrap()
    }

    #[test]
    fn on_air_needs_every_other_watcher() {
        let mut sent = SentPictures::default();
        sent.watchers.insert(site("a"), Sent::Site(site("m")));
        sent.watchers.insert(site("b"), Sent::Site(site("m")));
        sent.watchers.insert(site("m"), Sent::Site(site("a")));
        let all = [site("a"), site("b"), site("m")];
        let told = tallies(&all, &sent);
        assert!(told[&site("m")].on_air && told[&site("m")].cell.is_none());
        assert!(told[&site("a")].seen && !told[&site("a")].on_air);
        assert_eq!(told[&site("b")].sees.as_deref(), Some("site:m"));
        sent.watchers.insert(site("b"), Sent::Nothing);
        assert!(!tallies(&all, &sent)[&site("m")].on_air);
    }

    #[test]
    fn a_slate_is_nobody_on_air() {
        let mut sent = SentPictures::default();
        sent.watchers.insert(site("a"), Sent::Composite("p-1".to_owned()));
        sent.watchers.insert(site("m"), Sent::Composite("p-1".to_owned()));
        let shown = ShownComposite { words: "layout:2x2".to_owned(), cells: vec![None, Some(site("b")), Some(site("a"))] };
        sent.composites.insert("p-1".to_owned(), shown);
        let told = tallies(&[site("a"), site("b"), site("c")], &sent);
        assert_eq!((told[&site("b")].on_air, told[&site("b")].cell), (true, Some(2)));
        assert!(!told[&site("c")].seen);
        assert_eq!(told[&site("a")].sees.as_deref(), Some("layout:2x2"));
    }
}
