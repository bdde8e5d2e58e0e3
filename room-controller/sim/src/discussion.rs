//! The rules of a discussion (fact sheet §23), the same for every system: who speaks, who waits, what a press does.

use std::collections::BTreeMap;

/// How microphones open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// At once while there is room, then the queue; the first of it is promoted when a place frees.
    Open,
    /// At once; the delegate who speaks longest is closed.
    Fifo,
    /// Into the queue; somebody grants.
    Approval,
    /// By level.
    Voice,
    /// While the button is held.
    PushToTalk,
}

/// What happened, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// A microphone opened.
    On(u16),
    /// A microphone closed.
    Off(u16),
    /// A seat joined the queue.
    Waits(u16),
    /// A seat left the queue.
    WaitsNot(u16),
}

/// A microphone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// The chair is not counted, is never closed by others and always may speak.
    pub chair: bool,
    /// Connected.
    pub active: bool,
    /// Name on its display.
    pub name: String,
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Discussion {
    /// By number.
    pub seats: BTreeMap<u16, Seat>,
    /// Open microphones, longest first.
    pub speaking: Vec<u16>,
    /// Queue.
    pub waiting: Vec<u16>,
    /// How microphones open.
    pub mode: Mode,
    /// A press with a full list closes the oldest, whatever the mode.
    pub interrupt: bool,
    /// Delegates open at once.
    pub max_open: usize,
    /// Open at once in all, chairs included.
    pub max_total: usize,
    /// Places in the queue.
    pub max_waiting: usize,
}

impl Discussion {
    /// That many seats, the first is the chair's.
    #[must_use]
    pub fn new(seats: u16) -> Self {
        let seat = |number: u16| {
            let name = if number == 1 { "Chair".to_owned() } else { format!("Delegate {number}") };
            (number, Seat { chair: number == 1, active: true, name })
        };
        Self {
            seats: (1..=seats).map(seat).collect(),
            speaking: Vec::new(),
            waiting: Vec::new(),
            mode: Mode::Open,
            interrupt: false,
            max_open: 4,
            max_total: 8,
            max_waiting: 50,
        }
    }

    fn is_chair(&self, seat: u16) -> bool {
        self.seats.get(&seat).is_some_and(|seat| seat.chair)
    }

    fn is_there(&self, seat: u16) -> bool {
        self.seats.get(&seat).is_some_and(|seat| seat.active)
    }

    fn delegates(&self) -> usize {
        self.speaking.iter().filter(|seat| !self.is_chair(**seat)).count()
    }

    fn has_room(&self) -> bool {
        self.delegates() < self.max_open && self.speaking.len() < self.max_total
    }

    fn close(&mut self, seat: u16, said: &mut Vec<Happened>) {
        if self.speaking.contains(&seat) {
            self.speaking.retain(|other| *other != seat);
            said.push(Happened::Off(seat));
        }
    }

    fn speak(&mut self, seat: u16, said: &mut Vec<Happened>) {
        self.speaking.push(seat);
        said.push(Happened::On(seat));
        self.unqueue(seat, said);
    }

    fn unqueue(&mut self, seat: u16, said: &mut Vec<Happened>) {
        if self.waiting.contains(&seat) {
            self.waiting.retain(|other| *other != seat);
            said.push(Happened::WaitsNot(seat));
        }
    }

    fn close_oldest(&mut self, said: &mut Vec<Happened>) {
        if let Some(oldest) = self.speaking.iter().copied().find(|seat| !self.is_chair(*seat)) {
            self.close(oldest, said);
        }
    }

    /// In the mode with a queue the first waiter gets a place that became free.
    fn promote(&mut self, said: &mut Vec<Happened>) {
        while self.mode == Mode::Open && self.has_room() {
            let Some(next) = self.waiting.first().copied() else { return };
            self.speak(next, said);
        }
    }

    /// Opens a microphone by order of the control; nothing happens when it may not be.
    pub fn open(&mut self, seat: u16) -> Vec<Happened> {
        let mut said = Vec::new();
        if !self.is_there(seat) || self.speaking.contains(&seat) {
            return said;
        }
        if !self.is_chair(seat) && !self.has_room() {
            if self.mode != Mode::Fifo && !self.interrupt {
                return said;
            }
            self.close_oldest(&mut said);
            if !self.has_room() {
                return said;
            }
        }
        self.speak(seat, &mut said);
        said
    }

    /// Closes a microphone.
    pub fn shut(&mut self, seat: u16) -> Vec<Happened> {
        let mut said = Vec::new();
        self.close(seat, &mut said);
        if !said.is_empty() {
            self.promote(&mut said);
        }
        said
    }

    /// Closes all delegates; the chair stays, and nobody is promoted.
    pub fn all_off(&mut self) -> Vec<Happened> {
        let mut said = Vec::new();
        for seat in self.speaking.clone() {
            if !self.is_chair(seat) {
                self.close(seat, &mut said);
            }
        }
        said
    }

    /// Puts a seat into the queue.
    pub fn request(&mut self, seat: u16) -> Vec<Happened> {
        let is_in = self.waiting.contains(&seat) || self.speaking.contains(&seat);
        if !self.is_there(seat) || is_in || self.waiting.len() >= self.max_waiting {
            return Vec::new();
        }
        self.waiting.push(seat);
        vec![Happened::Waits(seat)]
    }

    /// Takes a seat out of the queue.
    pub fn withdraw(&mut self, seat: u16) -> Vec<Happened> {
        let mut said = Vec::new();
        self.unqueue(seat, &mut said);
        said
    }

    /// Empties the queue.
    pub fn clear(&mut self) -> Vec<Happened> {
        let mut said = Vec::new();
        for seat in self.waiting.clone() {
            self.unqueue(seat, &mut said);
        }
        said
    }

    /// The first delegate stops, the first waiter speaks.
    pub fn grant_next(&mut self) -> Vec<Happened> {
        let mut said = Vec::new();
        self.close_oldest(&mut said);
        if let Some(next) = self.waiting.first().copied() {
            self.speak(next, &mut said);
        }
        said
    }

    /// A press of a seat's own button.
    pub fn press(&mut self, seat: u16) -> Vec<Happened> {
        if !self.is_there(seat) {
            return Vec::new();
        }
        if self.speaking.contains(&seat) {
            return if self.mode == Mode::PushToTalk { Vec::new() } else { self.shut(seat) };
        }
        if self.waiting.contains(&seat) {
            return self.withdraw(seat);
        }
        if self.is_chair(seat) {
            return self.open(seat);
        }
        match self.mode {
            Mode::Open if self.has_room() || self.interrupt => self.open(seat),
            Mode::Fifo => self.open(seat),
            Mode::PushToTalk if self.has_room() => self.open(seat),
            Mode::Open | Mode::Approval | Mode::PushToTalk => self.request(seat),
            // The level opens it, not the button.
            Mode::Voice => Vec::new(),
        }
    }

    /// The button is let go.
    pub fn let_go(&mut self, seat: u16) -> Vec<Happened> {
        if self.mode == Mode::PushToTalk { self.shut(seat) } else { Vec::new() }
    }

    /// Somebody speaks at a seat (`true`) or falls silent.
    pub fn voice(&mut self, seat: u16, speaks: bool) -> Vec<Happened> {
        match (self.mode, speaks) {
            (Mode::Voice, true) => self.open(seat),
            (Mode::Voice, false) => self.shut(seat),
            (Mode::Open | Mode::Fifo | Mode::Approval | Mode::PushToTalk, _) => Vec::new(),
        }
    }

    /// A seat's cable is pulled or plugged.
    pub fn connect(&mut self, seat: u16, active: bool) -> Vec<Happened> {
        let mut said = if active { Vec::new() } else { [self.withdraw(seat), self.shut(seat)].concat() };
        let Some(known) = self.seats.get_mut(&seat) else { return Vec::new() };
        known.active = active;
        self.promote(&mut said);
        said
    }
}

#[cfg(test)]
mod tests {
    use super::{Discussion, Happened, Mode};

    fn full(mode: Mode) -> Discussion {
        let mut room = Discussion { mode, max_open: 2, max_waiting: 1, ..Discussion::new(8) };
        for seat in [1, 2, 3] {
            room.open(seat);
        }
        assert_eq!(room.speaking, [1, 2, 3], "the chair is not counted");
        room
    }

    #[test]
    fn with_a_queue_the_first_waiter_is_promoted_when_a_place_frees() {
        let mut room = full(Mode::Open);
        assert_eq!(room.press(4), [Happened::Waits(4)]);
        assert_eq!(room.press(5), [], "the queue is full");
        assert_eq!(room.press(2), [Happened::Off(2), Happened::On(4), Happened::WaitsNot(4)]);
    }

    #[test]
    fn first_in_first_out_closes_the_oldest_delegate_and_never_the_chair() {
        let mut room = full(Mode::Fifo);
        assert_eq!(room.press(4), [Happened::Off(2), Happened::On(4)]);
        assert_eq!(room.press(5), [Happened::Off(3), Happened::On(5)]);
        assert_eq!(room.speaking, [1, 4, 5]);
    }

    #[test]
    fn with_approval_a_press_waits_and_withdraws_and_next_moves_on() {
        let mut room = full(Mode::Approval);
        assert_eq!(room.press(4), [Happened::Waits(4)]);
        assert_eq!(room.press(4), [Happened::WaitsNot(4)]);
        room.press(5);
        assert_eq!(room.press(2), [Happened::Off(2)], "nobody is promoted by itself");
        assert_eq!(room.grant_next(), [Happened::Off(3), Happened::On(5), Happened::WaitsNot(5)]);
    }

    #[test]
    fn the_chair_always_may_speak_and_survives_all_off() {
        let mut room = full(Mode::Open);
        room.shut(1);
        assert_eq!(room.press(1), [Happened::On(1)]);
        assert_eq!(room.all_off(), [Happened::Off(2), Happened::Off(3)]);
        assert_eq!(room.speaking, [1]);
    }

    #[test]
    fn a_limited_room_refuses_and_a_lost_seat_leaves_both_lists() {
        let mut room = Discussion { max_waiting: 0, ..full(Mode::Open) };
        assert_eq!((room.press(4), room.open(4)), (vec![], vec![]));
        assert_eq!(room.connect(3, false), [Happened::Off(3)]);
        assert_eq!(room.press(3), [], "a lost seat does nothing");
    }
}
