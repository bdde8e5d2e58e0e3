//! Roles of accounts and the rights they hold.

use access_token::right;
use serde::Serialize;

/// What a person may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    /// 值机员: runs the conference.
    Operator,
    /// 技术员: looks after the rooms.
    Technician,
    /// 会务员: books the meetings; sees no conference and no room.
    Secretary,
    /// 教员: trains operators in rehearsals.
    Trainer,
}

impl Role {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [Self::Operator, Self::Technician, Self::Secretary, Self::Trainer];

    /// Its name in the database.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Technician => "technician",
            Self::Secretary => "secretary",
            Self::Trainer => "trainer",
        }
    }

    /// The role of that name.
    #[must_use]
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// The account made for it at first start.
    #[must_use]
    pub(crate) const fn first_display(self) -> &'static str {
        match self {
            Self::Operator => "值机员",
            Self::Technician => "技术员",
            Self::Secretary => "会务员",
            Self::Trainer => "教员",
        }
    }

    /// The rights it holds; whatever is not listed is denied.
    #[must_use]
    pub(crate) const fn rights(self) -> &'static [&'static str] {
        match self {
            Self::Operator => &[
                right::CONFERENCE_VIEW,
                right::CONFERENCE_PICTURE,
                right::CONFERENCE_SOUND,
                right::CONFERENCE_AFFAIRS,
                right::MEETING_REPORT,
                right::ROOM_VIEW,
                right::ROOM_CONTROL,
                right::MEETING_VIEW,
                right::MEETING_BOOK,
                right::REHEARSAL_DIRECT,
            ],
            Self::Technician => &[right::CONFERENCE_VIEW, right::ROOM_VIEW, right::ROOM_CONTROL, right::ROOM_ENROL, right::MEETING_VIEW],
            Self::Secretary => &[right::MEETING_VIEW, right::MEETING_BOOK],
            Self::Trainer => &[right::CONFERENCE_VIEW, right::ROOM_VIEW, right::REHEARSAL_DIRECT],
        }
    }
}

/// Whether the right only lets one look; such rights survive the locking of an idle session.
#[must_use]
pub(crate) fn is_viewing(right: &str) -> bool {
    [right::CONFERENCE_VIEW, right::ROOM_VIEW, right::MEETING_VIEW, right::MEETING_REPORT].contains(&right)
}

#[cfg(test)]
mod tests {
    use super::Role;
    use access_token::right;

    #[test]
    fn nobody_may_change_trust_and_technicians_do_not_direct() {
        for role in Role::ALL {
            assert_eq!(Role::of_name(role.name()), Some(role));
            assert!(!role.rights().contains(&right::SYSTEM_TRUST));
            assert!(!role.rights().contains(&right::SITE_SELF));
        }
        for denied in [right::CONFERENCE_PICTURE, right::CONFERENCE_SOUND, right::CONFERENCE_AFFAIRS] {
            assert!(!Role::Technician.rights().contains(&denied));
            assert!(!Role::Trainer.rights().contains(&denied));
        }
        assert!(!Role::Operator.rights().contains(&right::ROOM_ENROL));
        assert!(!Role::Technician.rights().contains(&right::MEETING_BOOK));
        assert_eq!(Role::Secretary.rights(), [right::MEETING_VIEW, right::MEETING_BOOK]);
        assert!(!Role::Technician.rights().contains(&right::MEETING_REPORT));
        let direct = |role: &Role| role.rights().contains(&right::REHEARSAL_DIRECT);
        assert_eq!(Role::ALL.into_iter().filter(direct).collect::<Vec<_>>(), [Role::Operator, Role::Trainer]);
    }
}
