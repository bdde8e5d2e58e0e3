//! Up and down in steps, each confirmed by the board's own report; and the interlocks in front of every switch.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use room_api::{CommandDecl, Danger, ParamDecl, ParamKind, ReportSource, Value};
use room_driver::{Fact, Input, Lane, LinkHealth, Machine, No, Output, Progress};

use super::interlock::{Interlock, Outlet};
use super::protocol::Relays;
use crate::driver::{BadAct, Declaration, Driver, boolean, int, word};
use crate::text;

/// Least time between two steps (fact sheet §20).
const LEAST_GAP: Duration = Duration::from_secs(1);
/// A step that is not reported within this has failed: three tries of a second and a read-back.
const STEP_WITHIN: Duration = Duration::from_secs(5);
/// Ids of the steps' own writes: nobody outside counts so far.
const OWN: u64 = 1 << 63;

#[derive(Debug)]
enum Phase {
    /// The next step comes then.
    Gap(Duration),
    /// The outlet must be reported as wanted until then.
    Step { outlet: u16, until: Duration },
}

#[derive(Debug)]
struct Run {
    id: u64,
    up: bool,
    steps: VecDeque<u16>,
    phase: Phase,
}

/// A relay board's machine with sequences and interlocks.
#[derive(Debug)]
pub struct Sequencer {
    machine: Machine<Relays>,
    interlock: Interlock,
    gap: Duration,
    /// No outlet of a sequence is switched before.
    ready_at: Duration,
    run: Option<Run>,
    outputs: VecDeque<Output>,
    good_for: Option<Duration>,
}

impl Sequencer {
    /// Around that machine, with at least that time between steps.
    #[must_use]
    pub fn new(machine: Machine<Relays>, gap: Duration) -> Self {
        let outlets = machine.protocol().outlets.clone();
        let (interlock, gap) = (Interlock::new(outlets), gap.max(LEAST_GAP));
        let mut sequencer = Self { machine, interlock, gap, ready_at: Duration::ZERO, run: None, outputs: VecDeque::new(), good_for: None };
        sequencer.absorb(Duration::ZERO);
        sequencer
    }

    /// Takes over what the machine says.
    fn absorb(&mut self, now: Duration) {
        while let Some(output) = self.machine.poll() {
            match output {
                Output::Report { facts, source, good_for } => self.reported(now, facts, source, good_for),
                Output::Progress { id, progress } => self.progressed(id, progress),
                Output::Health(health) => {
                    let is_lost = matches!(health, LinkHealth::Lost { .. });
                    self.outputs.push_back(Output::Health(health));
                    if is_lost {
                        self.interlock.lost();
                        self.end(Progress::TimedOut);
                    }
                }
                other @ (Output::Connect | Output::Disconnect | Output::Send(_)) => self.outputs.push_back(other),
            }
        }
    }

    fn reported(&mut self, now: Duration, mut facts: Vec<Fact>, source: ReportSource, good_for: Option<Duration>) {
        let mut has_outlets = false;
        for fact in &facts {
            let Some(outlet) = fact.property.strip_prefix("outlet.").and_then(|number| number.parse().ok()) else { continue };
            has_outlets = true;
            let state = match fact.value {
                Some(Value::Bool(on)) => Some(on),
                Some(Value::Int(_) | Value::Text(_)) | None => None,
            };
            self.interlock.report(now, outlet, state);
        }
        if has_outlets {
            self.good_for = good_for;
            self.confirm(now);
            facts.push(self.word());
        }
        self.outputs.push_back(Output::Report { facts, source, good_for });
        self.end_if_complete();
    }

    fn word(&self) -> Fact {
        let word = match &self.run {
            Some(run) if !matches!((&run.phase, run.steps.is_empty()), (Phase::Gap(_), true)) => {
                Some(if run.up { "going_up" } else { "going_down" })
            }
            Some(_) | None => self.interlock.word(),
        };
        Fact { property: "sequence".into(), value: word.map(|word| Value::Text(word.to_owned())) }
    }

    fn say_word(&mut self) {
        let facts = vec![self.word()];
        self.outputs.push_back(Output::Report { facts, source: ReportSource::Poll, good_for: self.good_for });
    }

    /// The step under way is over when the board says so.
    fn confirm(&mut self, now: Duration) {
        let Some(run) = &mut self.run else { return };
        let Phase::Step { outlet, .. } = run.phase else { return };
        if self.interlock.state(outlet) == Some(run.up) {
            self.ready_at = now + self.gap;
            run.phase = Phase::Gap(self.ready_at);
        }
    }

    /// After the report of the last step, not before it.
    fn end_if_complete(&mut self) {
        if self.run.as_ref().is_some_and(|run| run.steps.is_empty() && matches!(run.phase, Phase::Gap(_))) {
            let is_there = self.run.as_ref().is_some_and(|run| self.interlock.steps(run.up).is_empty());
            // Somebody switched by hand in between.
            self.end(if is_there { Progress::Done } else { Progress::Refused(No::Cancelled) });
        }
    }

    fn progressed(&mut self, id: u64, progress: Progress) {
        let is_over = match progress {
            Progress::Refused(_) | Progress::TimedOut | Progress::Superseded => true,
            Progress::Sent | Progress::Acked | Progress::Done => false,
        };
        if is_over {
            self.interlock.forget(id);
        }
        if id & OWN == 0 {
            self.outputs.push_back(Output::Progress { id, progress });
        } else if is_over && self.run.as_ref().is_some_and(|run| run.id | OWN == id) {
            self.end(progress);
        }
    }

    fn end(&mut self, progress: Progress) {
        let Some(run) = self.run.take() else { return };
        self.say_word();
        self.tell(run.id, progress);
    }

    fn tell(&mut self, id: u64, progress: Progress) {
        if id != 0 {
            self.outputs.push_back(Output::Progress { id, progress });
        }
    }

    fn begin(&mut self, now: Duration, id: u64, up: bool) {
        self.end(Progress::Superseded);
        let steps = self.interlock.steps(up);
        if up && self.interlock.is_any_resting(now, &steps) {
            self.tell(id, Progress::Refused(No::NotNow));
            return;
        }
        self.tell(id, Progress::Acked);
        self.run = Some(Run { id, up, steps: steps.into(), phase: Phase::Gap(now.max(self.ready_at)) });
        self.say_word();
        self.end_if_complete();
        self.advance(now);
    }

    /// The next step when its time has come.
    fn advance(&mut self, now: Duration) {
        let Some(run) = &mut self.run else { return };
        match run.phase {
            Phase::Step { until, .. } if until <= now => self.end(Progress::Refused(No::Fault)),
            Phase::Gap(at) if at <= now => {
                let Some(outlet) = run.steps.pop_front() else { return };
                let (id, up) = (run.id | OWN, run.up);
                run.phase = Phase::Step { outlet, until: now + STEP_WITHIN };
                if !self.interlock.admits(now, outlet, up) {
                    self.end(Progress::Refused(No::NotNow));
                    return;
                }
                self.ready_at = now + self.gap;
                self.interlock.ask(id, outlet, up);
                let args = BTreeMap::from([("outlet".to_owned(), Value::Int(outlet.into())), ("on".to_owned(), Value::Bool(up))]);
                if self.machine.command(now, id, Lane::Scene, "set_outlet", &args).is_err() {
                    self.end(Progress::TimedOut);
                }
                self.absorb(now);
            }
            Phase::Step { .. } | Phase::Gap(_) => {}
        }
    }

    fn set(&mut self, now: Duration, id: u64, lane: Lane, args: &BTreeMap<String, Value>) -> Result<(), BadAct> {
        let outlet = u16::try_from(int(args, "outlet")?).map_err(|_| BadAct::BadArgument("outlet".to_owned()))?;
        let on = boolean(args, "on")?;
        if !self.machine.protocol().outlets.iter().any(|known| known.number == outlet) {
            return Err(BadAct::BadArgument("outlet".to_owned()));
        }
        if self.run.is_some() || !self.interlock.admits(now, outlet, on) {
            self.tell(id, Progress::Refused(No::NotNow));
            return Ok(());
        }
        self.machine.command(now, id, lane, "set_outlet", args)?;
        self.interlock.ask(id, outlet, on);
        self.absorb(now);
        Ok(())
    }
}

impl Driver for Sequencer {
    fn handle(&mut self, now: Duration, input: Input<'_>) {
        self.machine.handle(now, input);
        self.absorb(now);
        self.advance(now);
    }

    fn command(&mut self, now: Duration, id: u64, lane: Lane, command: &str, args: &BTreeMap<String, Value>) -> Result<(), BadAct> {
        match command {
            "set_outlet" => self.set(now, id, lane, args)?,
            "sequence" => match word(args, "sequence")? {
                "up" => self.begin(now, id, true),
                "down" => self.begin(now, id, false),
                _ => return Err(BadAct::BadArgument("sequence".to_owned())),
            },
            "stop" => {
                self.end(Progress::Refused(No::Cancelled));
                self.tell(id, Progress::Done);
            }
            _ => return Err(BadAct::UnknownCommand(command.to_owned())),
        }
        Ok(())
    }

    fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    fn deadline(&self) -> Option<Duration> {
        let run = self.run.as_ref().map(|run| match run.phase {
            Phase::Gap(at) | Phase::Step { until: at, .. } => at,
        });
        run.into_iter().chain(self.machine.deadline()).min()
    }

    fn health(&self) -> &LinkHealth {
        self.machine.health()
    }

    fn declaration(&self) -> Declaration {
        let mut declared = self.machine.declaration();
        let count = self.machine.protocol().outlets.iter().filter(|outlet: &&Outlet| outlet.sequenced).count();
        let steps = u32::try_from(count).unwrap_or(u32::MAX);
        let step_ms = u32::try_from(self.gap.as_millis()).unwrap_or(u32::MAX).saturating_add(500);
        let ways = vec![("up".to_owned(), text("上电", "Up")), ("down".to_owned(), text("断电", "Down"))];
        let way = ParamDecl { name: "sequence".to_owned(), label: text("方向", "Direction"), kind: ParamKind::Choice { options: ways } };
        let plain = |name: &str, label, params, danger, proof: Option<&str>, expected_ms| CommandDecl {
            name: name.to_owned(),
            label,
            params,
            danger,
            held: false,
            proof: proof.map(str::to_owned),
            expected_ms,
        };
        let sequence_ms = steps.saturating_mul(step_ms);
        declared.commands.push(plain(
            "sequence",
            text("时序电源", "Power sequence"),
            vec![way],
            Danger::Confirm,
            Some("sequence"),
            sequence_ms,
        ));
        declared.commands.push(plain("stop", text("停止时序", "Stop sequence"), vec![], Danger::None, None, 200));
        declared.properties.push("sequence".into());
        declared
    }
}
