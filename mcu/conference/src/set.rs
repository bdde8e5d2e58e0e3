//! Setting and reading single fields of the state. Nothing else is touched, so commands, undo and their rehearsal use the same.

use mcu_api::{Area, ArmedPlan, Audience, Event, Lease, Picture, PollingKind, PollingStep, Setting, SiteId};

use crate::state::{Site, State};

impl State {
    /// Sets the fields an event names; `None` when it names an unknown site or is none that sets fields.
    pub(crate) fn set(&mut self, event: &Event) -> Option<()> {
        match event {
            Event::SiteCalled { site } => self.site_mut(site)?.seated = true,
            Event::SiteHungUp { site } => self.site_mut(site)?.seated = false,
            Event::ForcedChanged { after, .. } => self.forced.clone_from(after),
            Event::PreviewChanged { after, .. } => self.preview.clone_from(after),
            Event::MicsChanged { changes } => {
                for change in changes {
                    self.site_mut(&change.site)?.mic = change.after;
                }
            }
            Event::ViewChanged { viewer, after, after_locked, .. } => {
                let site = self.site_mut(viewer)?;
                site.view = after.clone();
                site.view_locked = *after_locked;
            }
            Event::Changed { after, .. } => self.put(after)?,
            Event::Opened { .. } | Event::Undone { .. } | Event::Redone { .. } | Event::Ended {} => return None,
        }
        Some(())
    }

    /// Sets one field; `None` when it names an unknown site.
    fn put(&mut self, setting: &Setting) -> Option<()> {
        match setting {
            Setting::Removed { site, removed } => self.site_mut(site)?.removed = *removed,
            Setting::OwnView { site, own } => self.site_mut(site)?.view_own = *own,
            Setting::MuteLock { site, locked } => self.site_mut(site)?.mute_locked = *locked,
            Setting::Speaker { site, speaker } => self.site_mut(site)?.speaker = *speaker,
            Setting::Gain { site, gain_db } => self.site_mut(site)?.gain_db = *gain_db,
            Setting::MixMembers { site, members } => self.site_mut(site)?.mix_members.clone_from(members),
            Setting::SiteSlate { site, text } => self.site_mut(site)?.slate.clone_from(text),
            Setting::Floor { site, request } => self.site_mut(site)?.floor.clone_from(request),
            Setting::ChairRequest { site, requested } => self.site_mut(site)?.wants_chair = *requested,
            Setting::Redial { site, redial } => self.site_mut(site)?.redial.clone_from(redial),
            Setting::MainSite { site } => self.main_site = site.clone(),
            Setting::Locked { locked } => self.settings.locked = *locked,
            Setting::EndTime { ends_at_ms, auto_end } => (self.settings.ends_at_ms, self.settings.auto_end) = (*ends_at_ms, *auto_end),
            Setting::MuteOnJoin { mic } => self.settings.mute_on_join = *mic,
            Setting::FreeView { free_view } => self.settings.free_view = *free_view,
            Setting::RedialPolicy { policy } => self.settings.redial.clone_from(policy),
            Setting::MultiPicture { layout } => self.settings.multi_picture.clone_from(layout),
            Setting::Slate { text } => self.settings.slate.clone_from(text),
            Setting::Fade { fade_ms } => self.settings.fade_ms = *fade_ms,
            Setting::Overlays { overlays } => self.settings.overlays.clone_from(overlays),
            Setting::Previous { forced } => self.previous.clone_from(forced),
            Setting::Channels { channels } => self.channels.clone_from(channels),
            Setting::Interpreter { site, language } => self.site_mut(site)?.interprets.clone_from(language),
            Setting::Language { site, language } => self.site_mut(site)?.listens_to.clone_from(language),
            Setting::Chair { site } => self.speech.chair.clone_from(site),
            Setting::SpeechTimer { timer } => self.speech.timer.clone_from(timer),
            Setting::SpeechOver { over } => self.speech.over = *over,
            Setting::RollCall { roll_call } => self.speech.roll_call.clone_from(roll_call),
            Setting::WatchPolling { polling } => self.rotation.watch.clone_from(polling),
            Setting::PollingPaused { kind, paused } => *self.paused_mut(*kind) = *paused,
            Setting::PollingStep { kind, step } => self.step_mut(*kind).clone_from(step),
            Setting::VoiceSwitch { voice_switch } => self.rotation.voice_switch.clone_from(voice_switch),
            Setting::Loudest { loudest } => self.rotation.loudest.clone_from(loudest),
            Setting::CellTurns { cells } => self.rotation.cells.clone_from(cells),
            Setting::ContentSite { site } => self.content.site.clone_from(site),
            Setting::ContentLock { site } => self.content.locked_to.clone_from(site),
            Setting::ContentInvite { site } => self.content.invited.clone_from(site),
            Setting::Lease { area, lease } => self.lease_mut(*area).clone_from(lease),
            Setting::ProgramLock { by } => self.desk.program_locked_by.clone_from(by),
            Setting::RunSheet { sheet } => self.desk.run_sheet.clone_from(sheet),
            Setting::NextStep { next } => self.desk.next_step = *next,
            Setting::Plan { name, armed } => self.put_plan(name, armed.as_ref()),
            Setting::OutputPicture { audience, picture } => self.output_mut(*audience).clone_from(picture),
            Setting::Record { record } => self.output.record = *record,
            Setting::Live { live } => self.output.live = *live,
            Setting::LiveDelay { delay_s } => self.output.live_delay_s = *delay_s,
        }
        Some(())
    }

    /// The same field with its present value; `None` for an unknown site.
    pub(crate) fn now(&self, setting: &Setting) -> Option<Setting> {
        let of = |site: &SiteId| self.sites.iter().find(|candidate| candidate.seat.site == *site);
        Some(match setting {
            Setting::Removed { site, .. } => Setting::Removed { site: site.clone(), removed: of(site)?.removed },
            Setting::OwnView { site, .. } => Setting::OwnView { site: site.clone(), own: of(site)?.view_own },
            Setting::MuteLock { site, .. } => Setting::MuteLock { site: site.clone(), locked: of(site)?.mute_locked },
            Setting::Speaker { site, .. } => Setting::Speaker { site: site.clone(), speaker: of(site)?.speaker },
            Setting::Gain { site, .. } => Setting::Gain { site: site.clone(), gain_db: of(site)?.gain_db },
            Setting::MixMembers { site, .. } => Setting::MixMembers { site: site.clone(), members: of(site)?.mix_members.clone() },
            Setting::SiteSlate { site, .. } => Setting::SiteSlate { site: site.clone(), text: of(site)?.slate.clone() },
            Setting::Floor { site, .. } => Setting::Floor { site: site.clone(), request: of(site)?.floor.clone() },
            Setting::ChairRequest { site, .. } => Setting::ChairRequest { site: site.clone(), requested: of(site)?.wants_chair },
            Setting::Redial { site, .. } => Setting::Redial { site: site.clone(), redial: of(site)?.redial.clone() },
            Setting::MainSite { .. } => Setting::MainSite { site: self.main_site.clone() },
            Setting::Locked { .. } => Setting::Locked { locked: self.settings.locked },
            Setting::EndTime { .. } => Setting::EndTime { ends_at_ms: self.settings.ends_at_ms, auto_end: self.settings.auto_end },
            Setting::MuteOnJoin { .. } => Setting::MuteOnJoin { mic: self.settings.mute_on_join },
            Setting::FreeView { .. } => Setting::FreeView { free_view: self.settings.free_view },
            Setting::RedialPolicy { .. } => Setting::RedialPolicy { policy: self.settings.redial.clone() },
            Setting::MultiPicture { .. } => Setting::MultiPicture { layout: self.settings.multi_picture.clone() },
            Setting::Slate { .. } => Setting::Slate { text: self.settings.slate.clone() },
            Setting::Fade { .. } => Setting::Fade { fade_ms: self.settings.fade_ms },
            Setting::Overlays { .. } => Setting::Overlays { overlays: self.settings.overlays.clone() },
            Setting::Previous { .. } => Setting::Previous { forced: self.previous.clone() },
            Setting::Channels { .. } => Setting::Channels { channels: self.channels.clone() },
            Setting::Interpreter { site, .. } => Setting::Interpreter { site: site.clone(), language: of(site)?.interprets.clone() },
            Setting::Language { site, .. } => Setting::Language { site: site.clone(), language: of(site)?.listens_to.clone() },
            Setting::Chair { .. } => Setting::Chair { site: self.speech.chair.clone() },
            Setting::SpeechTimer { .. } => Setting::SpeechTimer { timer: self.speech.timer.clone() },
            Setting::SpeechOver { .. } => Setting::SpeechOver { over: self.speech.over },
            Setting::RollCall { .. } => Setting::RollCall { roll_call: self.speech.roll_call.clone() },
            Setting::WatchPolling { .. }
            | Setting::PollingPaused { .. }
            | Setting::PollingStep { .. }
            | Setting::VoiceSwitch { .. }
            | Setting::Loudest { .. }
            | Setting::CellTurns { .. } => self.rotation_now(setting)?,
            Setting::ContentSite { .. } => Setting::ContentSite { site: self.content.site.clone() },
            Setting::ContentLock { .. } => Setting::ContentLock { site: self.content.locked_to.clone() },
            Setting::ContentInvite { .. } => Setting::ContentInvite { site: self.content.invited.clone() },
            Setting::Lease { area, .. } => Setting::Lease { area: *area, lease: self.lease(*area).cloned() },
            Setting::ProgramLock { .. } => Setting::ProgramLock { by: self.desk.program_locked_by.clone() },
            Setting::RunSheet { .. } => Setting::RunSheet { sheet: self.desk.run_sheet.clone() },
            Setting::NextStep { .. } => Setting::NextStep { next: self.desk.next_step },
            Setting::Plan { name, .. } => Setting::Plan { name: name.clone(), armed: self.plan_named(name).cloned() },
            Setting::OutputPicture { audience, .. } => {
                Setting::OutputPicture { audience: *audience, picture: self.output_picture(*audience).cloned() }
            }
            Setting::Record { .. } => Setting::Record { record: self.output.record },
            Setting::Live { .. } => Setting::Live { live: self.output.live },
            Setting::LiveDelay { .. } => Setting::LiveDelay { delay_s: self.output.live_delay_s },
        })
    }

    /// [`State::now`] for what takes turns; `None` for any other field.
    fn rotation_now(&self, setting: &Setting) -> Option<Setting> {
        let rotation = &self.rotation;
        if let Setting::WatchPolling { .. } = setting {
            return Some(Setting::WatchPolling { polling: rotation.watch.clone() });
        }
        if let Setting::PollingPaused { kind, .. } = setting {
            return Some(Setting::PollingPaused { kind: *kind, paused: self.is_paused(*kind) });
        }
        if let Setting::PollingStep { kind, .. } = setting {
            return Some(Setting::PollingStep { kind: *kind, step: self.polling_step(*kind).cloned() });
        }
        if let Setting::VoiceSwitch { .. } = setting {
            return Some(Setting::VoiceSwitch { voice_switch: rotation.voice_switch.clone() });
        }
        if let Setting::Loudest { .. } = setting {
            return Some(Setting::Loudest { loudest: rotation.loudest.clone() });
        }
        matches!(setting, Setting::CellTurns { .. }).then(|| Setting::CellTurns { cells: rotation.cells.clone() })
    }

    pub(crate) fn site_mut(&mut self, site: &SiteId) -> Option<&mut Site> {
        self.sites.iter_mut().find(|candidate| candidate.seat.site == *site)
    }

    pub(crate) const fn is_paused(&self, kind: PollingKind) -> bool {
        match kind {
            PollingKind::Watch => self.rotation.watch_paused,
            PollingKind::Broadcast => self.rotation.broadcast_paused,
        }
    }

    const fn paused_mut(&mut self, kind: PollingKind) -> &mut bool {
        match kind {
            PollingKind::Watch => &mut self.rotation.watch_paused,
            PollingKind::Broadcast => &mut self.rotation.broadcast_paused,
        }
    }

    pub(crate) const fn polling_step(&self, kind: PollingKind) -> Option<&PollingStep> {
        match kind {
            PollingKind::Watch => self.rotation.watch_step.as_ref(),
            PollingKind::Broadcast => self.rotation.broadcast_step.as_ref(),
        }
    }

    const fn step_mut(&mut self, kind: PollingKind) -> &mut Option<PollingStep> {
        match kind {
            PollingKind::Watch => &mut self.rotation.watch_step,
            PollingKind::Broadcast => &mut self.rotation.broadcast_step,
        }
    }

    pub(crate) const fn lease(&self, area: Area) -> Option<&Lease> {
        match area {
            Area::Picture => self.desk.leases.picture.as_ref(),
            Area::Sound => self.desk.leases.sound.as_ref(),
            Area::Affairs => self.desk.leases.affairs.as_ref(),
        }
    }

    const fn lease_mut(&mut self, area: Area) -> &mut Option<Lease> {
        match area {
            Area::Picture => &mut self.desk.leases.picture,
            Area::Sound => &mut self.desk.leases.sound,
            Area::Affairs => &mut self.desk.leases.affairs,
        }
    }

    pub(crate) const fn output_picture(&self, audience: Audience) -> Option<&Picture> {
        match audience {
            Audience::HallScreen => self.output.hall_screen.as_ref(),
            Audience::Record => self.output.record_picture.as_ref(),
            Audience::Live => self.output.live_picture.as_ref(),
        }
    }

    const fn output_mut(&mut self, audience: Audience) -> &mut Option<Picture> {
        match audience {
            Audience::HallScreen => &mut self.output.hall_screen,
            Audience::Record => &mut self.output.record_picture,
            Audience::Live => &mut self.output.live_picture,
        }
    }

    pub(crate) fn plan_named(&self, name: &str) -> Option<&ArmedPlan> {
        self.desk.plans.iter().find(|armed| armed.plan.name == name)
    }

    /// Plans stand in the order of their names, so that taking one away and back changes nothing.
    fn put_plan(&mut self, name: &str, armed: Option<&ArmedPlan>) {
        self.desk.plans.retain(|other| other.plan.name != name);
        self.desk.plans.extend(armed.cloned());
        self.desk.plans.sort_by(|one, two| one.plan.name.cmp(&two.plan.name));
    }
}
