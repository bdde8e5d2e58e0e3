use super::{Discussion, Do, Heard, Limits, Mode, Refused, Role, Seated, VOICE_ATTACK_MS, VOICE_HOLD_MS};
use proptest::prelude::*;

/// Seat 1 is the chair, 2 to 6 are delegates; two may speak, three may wait.
fn room(mode: Mode) -> Discussion {
    let role = |seat| if seat == 1 { Role::Chair } else { Role::Delegate };
    let seats: Vec<Seated> = (1..=6).map(|seat| Seated { seat, role: role(seat) }).collect();
    Discussion::new(&seats, mode, Limits { open: 2, requests: 3 }).unwrap()
}

fn press(room: &mut Discussion, seat: u16) -> Result<Vec<Heard>, Refused> {
    room.act(0, Do::Press(seat))
}

#[test]
fn open_with_queue() {
    let mut room = room(Mode::Open);
    for seat in [2, 3, 4, 5] {
        press(&mut room, seat).unwrap();
    }
    assert_eq!((room.speaking(), room.waiting()), (&[2, 3][..], &[4, 5][..]));
    press(&mut room, 1).unwrap();
    assert_eq!(room.speaking(), [2, 3, 1], "the chair does not count");
    assert_eq!(press(&mut room, 2).unwrap(), [Heard::Mic(2, false), Heard::Queue, Heard::Mic(4, true)], "the first waiter follows");
    assert_eq!(press(&mut room, 5).unwrap(), [Heard::Queue], "withdrawn");
    for seat in [2, 5, 6] {
        press(&mut room, seat).unwrap();
    }
    room.act(0, Do::SetLimits(Limits { open: 2, requests: 2 })).unwrap();
    assert_eq!(room.waiting(), [2, 5]);
    assert_eq!(press(&mut room, 6), Err(Refused::Full));
}

#[test]
fn first_in_first_out_closes_the_oldest_delegate_never_the_chair() {
    let mut room = room(Mode::Fifo);
    for seat in [1, 2, 3] {
        press(&mut room, seat).unwrap();
    }
    assert_eq!(press(&mut room, 4).unwrap(), [Heard::Mic(2, false), Heard::Mic(4, true)]);
    assert_eq!(room.speaking(), [1, 3, 4]);
}

#[test]
fn approval_waits_for_a_grant() {
    let mut room = room(Mode::Approval);
    for seat in [2, 3, 4] {
        press(&mut room, seat).unwrap();
    }
    assert_eq!((room.speaking(), room.waiting()), (&[][..], &[2, 3, 4][..]));
    assert_eq!(room.act(5, Do::Grant(3)).unwrap(), [Heard::Queue, Heard::Mic(3, true)]);
    assert_eq!(room.since(3), Some(5));
    room.act(0, Do::Next).unwrap();
    assert_eq!((room.speaking(), room.waiting()), (&[2][..], &[4][..]), "the speaker ends, the first waiter follows");
    room.act(0, Do::Deny(4)).unwrap();
    assert_eq!(room.act(0, Do::Next), Err(Refused::NobodyWaits));
}

#[test]
fn limited_refuses_and_push_to_talk_lasts_as_long_as_it_is_held() {
    let mut limited = room(Mode::Limited);
    press(&mut limited, 2).unwrap();
    press(&mut limited, 3).unwrap();
    assert_eq!(press(&mut limited, 4), Err(Refused::Full));
    let mut held = room(Mode::PushToTalk);
    press(&mut held, 2).unwrap();
    assert_eq!(held.act(0, Do::Release(2)).unwrap(), [Heard::Mic(2, false)]);
}

#[test]
fn a_voice_opens_and_a_cough_does_not() {
    let mut room = room(Mode::Voice);
    room.act(0, Do::Voice(2, true)).unwrap();
    room.act(VOICE_ATTACK_MS - 1, Do::Voice(2, false)).unwrap();
    assert!(room.tick(VOICE_ATTACK_MS * 4).is_empty(), "a cough");
    room.act(5_000, Do::Voice(2, true)).unwrap();
    assert_eq!(room.tick(5_000 + VOICE_ATTACK_MS), [Heard::Mic(2, true)]);
    room.act(6_000, Do::Voice(2, true)).unwrap();
    room.act(6_100, Do::Voice(2, false)).unwrap();
    assert!(room.tick(6_000 + VOICE_HOLD_MS - 1).is_empty(), "a breath");
    assert_eq!(room.tick(6_000 + VOICE_HOLD_MS), [Heard::Mic(2, false)]);
    press(&mut room, 2).unwrap();
    room.act(9_000, Do::Voice(2, true)).unwrap();
    assert!(room.tick(9_000 + VOICE_ATTACK_MS).is_empty(), "muted by its own press");
}

#[test]
fn the_chairs_priority_mutes_and_gives_back() {
    let mut room = room(Mode::Open);
    for seat in [1, 2, 3, 4] {
        press(&mut room, seat).unwrap();
    }
    assert_eq!(room.act(0, Do::PriorityOn).unwrap(), [Heard::Mic(2, false), Heard::Mic(3, false)]);
    assert_eq!((room.speaking(), room.waiting()), (&[1][..], &[4][..]), "nobody is promoted meanwhile");
    assert_eq!(room.act(0, Do::PriorityOff).unwrap(), [Heard::Mic(2, true), Heard::Mic(3, true)]);
    room.act(0, Do::AllOff).unwrap();
    assert_eq!((room.speaking(), room.waiting()), (&[1][..], &[][..]));
}

fn anything() -> impl Strategy<Value = Do> {
    let mode = prop_oneof![
        Just(Mode::Open),
        Just(Mode::Fifo),
        Just(Mode::Approval),
        Just(Mode::Voice),
        Just(Mode::PushToTalk),
        Just(Mode::Limited)
    ];
    let seats = prop_oneof![
        4 => (0_u16..8).prop_map(Do::Press),
        1 => (0_u16..8).prop_map(Do::Release),
        2 => (0_u16..8, any::<bool>()).prop_map(|(seat, loud)| Do::Voice(seat, loud)),
        1 => (0_u16..8).prop_map(Do::Grant),
        1 => (0_u16..8).prop_map(Do::Close),
        1 => (0_u16..8).prop_map(Do::Deny),
    ];
    let chair = prop_oneof![Just(Do::Next), Just(Do::AllOff), Just(Do::ClearRequests), Just(Do::PriorityOn), Just(Do::PriorityOff)];
    let limits = (0_usize..10, 0_usize..5).prop_map(|(open, requests)| Do::SetLimits(Limits { open, requests }));
    prop_oneof![
        6 => seats,
        3 => chair,
        1 => mode.prop_map(Do::SetMode),
        1 => limits,
    ]
}

proptest! {
    #[test]
    fn laws(start in 0_usize..6, acts in proptest::collection::vec((anything(), 0_u64..1_500), 0..60)) {
        let modes = [Mode::Open, Mode::Fifo, Mode::Approval, Mode::Voice, Mode::PushToTalk, Mode::Limited];
        let mut room = room(modes[start]);
        let mut mics = std::collections::BTreeSet::new();
        let mut now_ms = 0;
        for (act, wait) in acts {
            now_ms += wait;
            let before = (room.speaking().to_vec(), room.waiting().to_vec());
            let told = match room.act(now_ms, act) {
                Ok(told) => told,
                Err(_) => {
                    prop_assert_eq!(before, (room.speaking().to_vec(), room.waiting().to_vec()), "a refusal changes nothing");
                    Vec::new()
                }
            };
            for heard in told.into_iter().chain(room.tick(now_ms)) {
                match heard {
                    Heard::Mic(seat, true) => prop_assert!(mics.insert(seat), "opened twice"),
                    Heard::Mic(seat, false) => prop_assert!(mics.remove(&seat), "closed twice"),
                    Heard::Queue => {}
                }
            }
            // What was told is what is.
            prop_assert_eq!(&mics, &room.speaking().iter().copied().collect());
            let delegates = room.speaking().iter().filter(|seat| **seat != 1).count();
            prop_assert!(delegates <= room.limits.open);
            prop_assert!(room.waiting().len() <= room.limits.requests);
            prop_assert!(room.waiting().iter().all(|seat| !room.speaking().contains(seat)), "nobody speaks and waits");
            prop_assert!(room.speaking().iter().all(|seat| room.since(*seat).is_some()));
            if room.mode() == Mode::Open && !room.has_priority {
                prop_assert!(room.waiting().is_empty() || delegates == room.limits.open, "a free place and somebody waiting");
            }
        }
    }
}
