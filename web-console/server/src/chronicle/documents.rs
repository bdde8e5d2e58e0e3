//! A report as documents: what stands where. Pure.

use forms::{Block, Cell, Column, Paper, Sheet, Table};
use mcu_api::SiteId;

use super::phrases::Zone;
use super::report::{FaultRow, MeetingState, PlanOutcome, Report, RollCallRecord, Span, Text, percent, score_name};
use super::words::{Language, Words};

/// Who exports what in which words.
pub(super) struct Documents<'a> {
    pub(super) report: &'a Report,
    pub(super) language: Language,
    pub(super) zone: Zone,
    /// Name and account of whoever exports.
    pub(super) who: &'a str,
    /// When, ms since 1970.
    pub(super) at_ms: u64,
}

impl Documents<'_> {
    fn words(&self) -> &'static Words {
        Words::of(self.language)
    }

    fn word(&self, path: &str) -> String {
        self.words().get(&format!("afterMeeting.{path}"))
    }

    fn with(&self, path: &str, values: &[(&str, &str)]) -> String {
        self.words().with(&format!("afterMeeting.{path}"), values)
    }

    fn pick<'t>(&self, text: &'t Text) -> &'t str {
        match self.language {
            Language::Chinese => &text.zh,
            Language::English => &text.en,
        }
    }

    fn name(&self, site: &SiteId) -> String {
        let known = self.report.attendance.iter().find(|row| row.site == *site);
        known.map_or_else(|| site.to_string(), |row| self.pick(&row.name).to_owned())
    }

    fn names(&self, sites: &[SiteId]) -> String {
        let names: Vec<String> = sites.iter().map(|site| self.name(site)).collect();
        if names.is_empty() { self.word("nobody") } else { names.join(&self.word("comma")) }
    }

    fn columns(&self, columns: &[(&str, u16)]) -> Vec<Column> {
        columns.iter().map(|(path, share)| Column::new(self.word(&format!("column.{path}")), *share)).collect()
    }

    fn time(&self, at_ms: u64) -> String {
        self.zone.time(at_ms)
    }

    fn maybe_time(&self, at_ms: Option<u64>) -> String {
        at_ms.map_or_else(|| "—".to_owned(), |at_ms| self.zone.time(at_ms))
    }

    fn mark(&self) -> String {
        self.with("mark", &[("who", self.who), ("time", &self.zone.moment(self.at_ms))])
    }

    fn paper(&self, title: String, blocks: Vec<Block>) -> Paper {
        let meeting = &self.report.meeting;
        let language = match self.language {
            Language::Chinese => "zh-CN",
            Language::English => "en",
        };
        Paper {
            title,
            subtitle: vec![meeting.title.clone(), self.zone.day(meeting.opened_at_ms)],
            blocks,
            mark: self.mark(),
            page_words: self.word("page"),
            landscape: false,
            language: language.to_owned(),
        }
    }

    /// 会议保障报告
    pub(super) fn report_paper(&self) -> Paper {
        let report = self.report;
        let mut blocks = Vec::new();
        let mut part = |path: &str, block: Option<Block>| {
            blocks.push(Block::Heading(self.word(&format!("part.{path}"))));
            blocks.push(block.unwrap_or_else(|| Block::Lines(vec![self.word("none")])));
        };
        part("summary", Some(Block::Pairs(self.summary())));
        part("attendance", filled(self.attendance_table()));
        part("faults", filled(self.faults_table()));
        part("rollCalls", report.roll_calls.last().map(|record| Block::Table(self.roll_call_table(record))));
        part("plans", filled(self.plans_table()));
        part("runSheet", filled(self.run_sheet_table()));
        part("speeches", filled(self.speeches_table()));
        part("outputs", filled(self.outputs_table()));
        let numbered = |(number, text): (u32, &Text)| format!("{number}. {}", self.pick(text));
        let advice: Vec<String> = (1..).zip(&report.advice).map(numbered).collect();
        part("advice", (!advice.is_empty()).then_some(Block::Lines(advice)));
        part("gaps", filled(self.gaps_table()));
        part("timeline", filled(self.timeline_table()));
        part("minutes", Some(Block::Pairs(self.minutes())));
        self.paper(self.word("reportTitle"), blocks)
    }

    /// 点名记录
    pub(super) fn roll_call_paper(&self) -> Paper {
        let mut blocks = Vec::new();
        for record in &self.report.roll_calls {
            let end = self.maybe_time(record.finished_at_ms);
            blocks.push(Block::Heading(self.with("rollCallFrom", &[("from", &self.time(record.started_at_ms)), ("to", &end)])));
            blocks.push(Block::Table(self.roll_call_table(record)));
        }
        if blocks.is_empty() {
            blocks.push(Block::Lines(vec![self.word("noRollCall")]));
        }
        self.paper(self.word("rollCallTitle"), blocks)
    }

    /// 参会情况 and the timeline, a sheet each.
    pub(super) fn sheets(&self) -> Vec<Sheet> {
        let sheet = |path: &str, table: Table| {
            let name = self.word(&format!("part.{path}"));
            Sheet { title: format!("{} {name}", self.report.meeting.title), name, mark: self.mark(), table }
        };
        vec![sheet("attendance", self.attendance_table()), sheet("timeline", self.timeline_table())]
    }

    fn summary(&self) -> Vec<(String, String)> {
        let (report, figures) = (self.report, &self.report.figures);
        let end = match report.meeting.state {
            MeetingState::Running => self.word("state.running"),
            MeetingState::Ended => self.zone.moment(figures.until_ms),
            MeetingState::Lost => self.word("state.lost"),
        };
        let planned = |at_ms: Option<u64>| at_ms.map_or_else(|| "—".to_owned(), |at_ms| self.zone.clock(at_ms));
        let outage = figures.longest_outage.as_ref().map_or_else(
            || self.word("none"),
            |outage| format!("{} {} – {}", self.name(&outage.site), self.time(outage.span.from_ms), self.time(outage.span.to_ms)),
        );
        let share = figures.availability_permille.map_or_else(|| "—".to_owned(), |share| format!("{}%", percent(share)));
        let length = Span { from_ms: figures.began_ms, to_ms: figures.until_ms };
        [
            ("planned", format!("{} – {}", planned(figures.planned_begin_ms), planned(figures.planned_end_ms))),
            ("began", self.zone.moment(figures.began_ms)),
            ("ended", end),
            ("length", lasted(length.length_ms())),
            ("sites", self.with("sitesOf", &[("attended", &figures.attended.to_string()), ("invited", &figures.invited.to_string())])),
            ("availability", share),
            ("longestOutage", outage),
            ("faults", figures.faults.to_string()),
            ("acts", figures.acts.to_string()),
        ]
        .map(|(path, value)| (self.word(&format!("figure.{path}")), value))
        .into()
    }

    fn minutes(&self) -> Vec<(String, String)> {
        let (minutes, figures) = (&self.report.minutes, &self.report.figures);
        let agenda = if minutes.agenda.is_empty() { self.word("none") } else { minutes.agenda.join(&self.word("comma")) };
        [
            ("time", format!("{} – {}", self.zone.moment(figures.began_ms), self.time(figures.until_ms))),
            ("place", self.pick(&minutes.place).to_owned()),
            ("host", self.pick(&minutes.host).to_owned()),
            ("present", self.names(&minutes.present)),
            ("absent", self.names(&minutes.absent)),
            ("agenda", agenda),
            ("decided", String::new()),
        ]
        .map(|(path, value)| (self.word(&format!("minutesOf.{path}")), value))
        .into()
    }

    /// 参会情况
    pub(super) fn attendance_table(&self) -> Table {
        let columns =
            [("number", 3), ("site", 9), ("joined", 6), ("left", 6), ("minutes", 5), ("lost", 5), ("availability", 6), ("worst", 8)];
        let number = |value: f64| Cell::Number(value);
        let rows = self.report.attendance.iter().enumerate().map(|(place, row)| {
            let whole = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
            let minutes = f64::from(u32::try_from(row.present_s).unwrap_or(u32::MAX)) / 60.0;
            let rtt = row.worst_rtt_ms.map_or_else(|| "—".to_owned(), |rtt| format!("{rtt} ms"));
            vec![
                number(whole(place + 1)),
                self.pick(&row.name).into(),
                row.joined_at_ms.map_or_else(|| self.word("never"), |at_ms| self.time(at_ms)).into(),
                self.maybe_time(row.left_at_ms).into(),
                number((minutes * 10.0).round() / 10.0),
                number(whole(row.outages.len())),
                row.availability_permille.map_or_else(|| "—".to_owned(), |share| format!("{}%", percent(share))).into(),
                format!("{}% / {rtt}", percent(row.worst_loss_permille)).into(),
            ]
        });
        Table { columns: self.columns(&columns), rows: rows.collect() }
    }

    /// 时间线
    pub(super) fn timeline_table(&self) -> Table {
        let columns = [("time", 5), ("kind", 5), ("what", 22), ("who", 7), ("lasted", 5), ("plannedLength", 5)];
        let rows = self.report.timeline.iter().map(|line| {
            vec![
                self.time(line.at_ms).into(),
                self.word(&format!("lane.{}", line.lane.name())).into(),
                self.pick(&line.text).into(),
                line.author.clone().unwrap_or_else(|| self.words().get("log.rule")).into(),
                line.lasted_ms.map_or(Cell::Empty, |length| lasted(length).into()),
                line.planned_s.map_or(Cell::Empty, |seconds| lasted(seconds * 1000).into()),
            ]
        });
        Table { columns: self.columns(&columns), rows: rows.collect() }
    }

    fn faults_table(&self) -> Table {
        let columns = [("site", 8), ("fault", 6), ("from", 5), ("to", 5), ("response", 16), ("after", 5)];
        let row = |row: &FaultRow| {
            let response = row.response.as_ref();
            vec![
                self.name(&row.site).into(),
                self.word(&format!("fault.{}", row.fault.name())).into(),
                self.time(row.from_ms).into(),
                row.to_ms.map_or_else(|| self.word("toTheEnd"), |at_ms| self.time(at_ms)).into(),
                response.map_or_else(|| "—".to_owned(), |done| format!("{} ({})", self.pick(&done.text), done.author)).into(),
                response.map_or(Cell::Empty, |done| self.with("seconds", &[("seconds", &done.after_s.to_string())]).into()),
            ]
        };
        Table { columns: self.columns(&columns), rows: self.report.faults.iter().map(row).collect() }
    }

    fn roll_call_table(&self, record: &RollCallRecord) -> Table {
        let columns = [("number", 3), ("site", 9), ("answer", 5), ("delay", 5), ("picture", 4), ("sound", 4), ("conclusion", 7)];
        let yes_no = |known: Option<bool>| match known {
            Some(true) => self.word("good"),
            Some(false) => self.word("missing"),
            None => "—".to_owned(),
        };
        let rows = record.rows.iter().enumerate().map(|(place, row)| {
            let score = row.score.map(|score| self.words().get(&format!("rollCall.{}", score_name(score))));
            let by_hand = if row.by_hand { self.words().get("rollCall.byHand") } else { String::new() };
            let delay = |ms: u32| format!("{}.{} s", ms / 1000, ms % 1000 / 100);
            vec![
                Cell::Number(f64::from(u32::try_from(place + 1).unwrap_or(u32::MAX))),
                self.name(&row.site).into(),
                self.word(if row.answer_ms.is_some() { "answered" } else { "notAnswered" }).into(),
                row.answer_ms.map_or_else(|| "—".to_owned(), delay).into(),
                yes_no(row.picture).into(),
                yes_no(row.sound).into(),
                format!("{}{by_hand}", score.unwrap_or_else(|| self.words().get("rollCall.noScore"))).into(),
            ]
        });
        Table { columns: self.columns(&columns), rows: rows.collect() }
    }

    fn plans_table(&self) -> Table {
        let columns = [("time", 5), ("plan", 12), ("outcome", 6), ("who", 7), ("rolledBack", 6)];
        let rows = self.report.plans.iter().map(|row| {
            let outcome = match row.outcome {
                PlanOutcome::Ran => "ran",
                PlanOutcome::Asked => "asked",
                PlanOutcome::Dismissed => "dismissed",
                PlanOutcome::Refused => "refused",
            };
            vec![
                self.time(row.at_ms).into(),
                row.title.as_str().into(),
                self.word(&format!("outcome.{outcome}")).into(),
                row.author.clone().unwrap_or_else(|| self.word("byTrigger")).into(),
                self.maybe_time(row.rolled_back_ms).into(),
            ]
        });
        Table { columns: self.columns(&columns), rows: rows.collect() }
    }

    fn run_sheet_table(&self) -> Table {
        let columns = [("number", 3), ("step", 18), ("plannedAt", 6), ("actualAt", 6)];
        let rows = self.report.run_sheet.iter().map(|row| {
            vec![
                Cell::Number(f64::from(row.number)),
                row.title.as_str().into(),
                self.maybe_time(row.planned_at_ms).into(),
                self.maybe_time(row.actual_at_ms).into(),
            ]
        });
        Table { columns: self.columns(&columns), rows: rows.collect() }
    }

    fn speeches_table(&self) -> Table {
        let columns = [("site", 10), ("from", 6), ("to", 6), ("lasted", 6), ("plannedLength", 6)];
        let rows = self.report.speeches.iter().map(|row| {
            vec![
                self.name(&row.site).into(),
                self.time(row.span.from_ms).into(),
                self.time(row.span.to_ms).into(),
                lasted(row.span.length_ms()).into(),
                row.planned_s.map_or_else(|| "—".to_owned(), |seconds| lasted(seconds * 1000)).into(),
            ]
        });
        Table { columns: self.columns(&columns), rows: rows.collect() }
    }

    fn outputs_table(&self) -> Table {
        let columns = [("kind", 8), ("from", 6), ("to", 6), ("lasted", 6)];
        let rows = self.report.outputs.iter().map(|row| {
            let kind = if row.live {
                "output.live"
            } else if row.paused {
                "output.paused"
            } else {
                "output.record"
            };
            vec![
                self.word(kind).into(),
                self.time(row.span.from_ms).into(),
                self.time(row.span.to_ms).into(),
                lasted(row.span.length_ms()).into(),
            ]
        });
        Table { columns: self.columns(&columns), rows: rows.collect() }
    }

    fn gaps_table(&self) -> Table {
        let columns = [("from", 6), ("to", 6), ("what", 24)];
        let row = |gap: &super::report::Gap| {
            vec![self.time(gap.span.from_ms).into(), self.time(gap.span.to_ms).into(), self.pick(&gap.text).into()]
        };
        Table { columns: self.columns(&columns), rows: self.report.gaps.iter().map(row).collect() }
    }
}

/// A table that has anything in it.
fn filled(table: Table) -> Option<Block> {
    (!table.rows.is_empty()).then_some(Block::Table(table))
}

/// `02:10`, or `1:02:10` from an hour on.
fn lasted(length_ms: u64) -> String {
    let seconds = length_ms / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes:02}:{seconds:02}") }
}
