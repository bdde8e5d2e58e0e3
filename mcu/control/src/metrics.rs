//! What relay and mixer told last, as metrics for Prometheus. Pure.

use std::sync::atomic::{AtomicI64, AtomicU64};

use mcu_media_api::{FlowReport, Layer, MixerReported, RelayReported, Role, SessionState, SourceId};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use crate::faults::{picture_fault, sound_fault};

/// The last reports; `None` where there was none since the program started.
#[derive(Debug, Clone, Default)]
pub(crate) struct Statistics {
    /// Of the relay.
    pub relay: Option<RelayReported>,
    /// Of the mixer.
    pub mixer: Option<MixerReported>,
    /// The source of each of the mixer's inputs, by SSRC.
    pub inputs: Vec<(u32, SourceId)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Session {
    seat: String,
    role: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SentLayer {
    seat: String,
    layer: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Source {
    source: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SourceFault {
    source: String,
    fault: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Encoder {
    source: String,
    encoder: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Program {
    worker: &'static str,
}

type Real<L> = Family<L, Gauge<f64, AtomicU64>>;
type Whole<L> = Family<L, Gauge<i64, AtomicI64>>;
type Count<L> = Family<L, Counter>;

/// The text of OpenMetrics 1.0.
#[must_use]
pub(crate) fn openmetrics(statistics: &Statistics) -> String {
    let mut registry = Registry::with_prefix("mcu");
    let reporting = Whole::<Program>::default();
    registry.register("worker_reporting", "Whether a media program has reported since control started", reporting.clone());
    for (worker, reports) in [("relay", statistics.relay.is_some()), ("mixer", statistics.mixer.is_some())] {
        reporting.get_or_create(&Program { worker }).set(i64::from(reports));
    }
    if let Some(relay) = &statistics.relay {
        of_relay(&mut registry, relay);
    }
    if let Some(mixer) = &statistics.mixer {
        of_mixer(&mut registry, mixer, &statistics.inputs);
    }
    let mut text = String::with_capacity(8192);
    // Writing into a string does not fail.
    let _ = encode(&mut text, &registry);
    text
}

fn of_relay(registry: &mut Registry, relay: &RelayReported) {
    let handshakes = Counter::<u64>::default();
    handshakes.inc_by(relay.handshakes);
    registry.register("handshakes", "DTLS handshakes completed since the relay started", handshakes);
    let (loss, jitter, round_trip, line) = (Real::<Session>::default(), Real::default(), Real::default(), Real::default());
    registry.register_with_unit("session_loss", "Share of packets lost before repair in the last second", Unit::Ratios, loss.clone());
    registry.register_with_unit("session_jitter", "Interarrival jitter of the main picture (RFC 3550)", Unit::Seconds, jitter.clone());
    registry.register_with_unit("session_round_trip", "Round trip", Unit::Seconds, round_trip.clone());
    registry.register("session_line_bits_per_second", "What a watcher's line is known to carry", line.clone());
    let (rate, shown) = (Real::<SentLayer>::default(), Whole::<Session>::default());
    registry.register("layer_bits_per_second", "Rate of a publisher's layer of the main picture", rate.clone());
    registry.register(
        "session_shown_layer",
        "Layer of the main picture that goes to a watcher: 0 none, 1 low, 2 mid, 3 high",
        shown.clone(),
    );
    let flow = Flow::register(registry);
    let limited = Whole::<Session>::default();
    registry.register("session_limited", "1 while a watcher gets less than its route allows", limited.clone());
    let connected = relay.sessions.iter().filter(|session| session.state == SessionState::Connected);
    for session in connected {
        let named = Session { seat: session.seat.0.clone(), role: role_name(session.role) };
        loss.get_or_create(&named).set(f64::from(session.loss_permille) / 1000.0);
        jitter.get_or_create(&named).set(f64::from(session.jitter_ms) / 1000.0);
        if let Some(ms) = session.rtt_ms {
            round_trip.get_or_create(&named).set(f64::from(ms) / 1000.0);
        }
        if let Some(bps) = session.line_bps {
            line.get_or_create(&named).set(f64::from(bps));
        }
        for layer in &session.layers {
            rate.get_or_create(&SentLayer { seat: session.seat.0.clone(), layer: layer_name(layer.layer) })
                .set(f64::from(layer.bit_rate_bps));
        }
        if let Some(picture) = &session.shown {
            shown.get_or_create(&named).set(picture.layer.map_or(0, |layer| layer as i64 + 1));
            limited.get_or_create(&named).set(i64::from(picture.limited.is_some()));
            flow.count(&named, session.flow);
        }
    }
}

/// What interrupted watchers' pictures.
struct Flow {
    freezes: Count<Session>,
    frozen: Count<Session>,
    key_waits: Count<Session>,
    key_waited: Count<Session>,
}

impl Flow {
    fn register(registry: &mut Registry) -> Self {
        let count = |registry: &mut Registry, name: &str, help: &str| {
            let count = Count::<Session>::default();
            registry.register(name, help, count.clone());
            count
        };
        Self {
            freezes: count(registry, "session_freezes", "Pictures that went to a watcher much later than usual"),
            frozen: count(registry, "session_frozen_milliseconds", "Time in freezes"),
            key_waits: count(registry, "session_key_frame_waits", "Waits for the key frame of another source or layer"),
            key_waited: count(registry, "session_key_frame_waited_milliseconds", "Time in such waits"),
        }
    }

    fn count(&self, named: &Session, flow: FlowReport) {
        self.freezes.get_or_create(named).inc_by(u64::from(flow.freezes));
        self.frozen.get_or_create(named).inc_by(flow.frozen_ms);
        self.key_waits.get_or_create(named).inc_by(u64::from(flow.key_waits));
        self.key_waited.get_or_create(named).inc_by(flow.key_waited_ms);
    }
}

fn of_mixer(registry: &mut Registry, mixer: &MixerReported, inputs: &[(u32, SourceId)]) {
    let fps = Real::<Source>::default();
    registry.register("composite_frames_per_second", "Frames encoded in the last second", fps.clone());
    for composite in &mixer.composites {
        fps.get_or_create(&Source { source: composite.source.0.clone() }).set(f64::from(composite.fps));
    }
    let encoder = Whole::<Encoder>::default();
    registry.register("composite_encoder", "1 for the encoder a composite is made by", encoder.clone());
    for composite in &mixer.composites {
        let named = Encoder { source: composite.source.0.clone(), encoder: composite.encoder.clone() };
        encoder.get_or_create(&named).set(1);
    }
    source_faults(registry, mixer, inputs);
    let encoders = Gauge::<i64>::default();
    encoders.set(i64::from(mixer.sound_encoders));
    registry.register("sound_encoders", "Opus encoders at work; equal mixes share one", encoders);
    let (concealed, delay, lost) = (Count::<Source>::default(), Real::<Source>::default(), Count::<Source>::default());
    registry.register("sound_concealed_milliseconds", "Time made up in place of what had been sent", concealed.clone());
    registry.register_with_unit("sound_delay", "Delay of the jitter buffer", Unit::Seconds, delay.clone());
    registry.register("sound_lost_packets", "Packets that never came", lost.clone());
    for sound in &mixer.sounds {
        let Some((_, source)) = inputs.iter().find(|(ssrc, _)| *ssrc == sound.ssrc) else {
            continue;
        };
        let named = Source { source: source.0.clone() };
        concealed.get_or_create(&named).inc_by(sound.concealed_ms);
        delay.get_or_create(&named).set(f64::from(sound.delay_ms) / 1000.0);
        lost.get_or_create(&named).inc_by(sound.lost);
    }
}

/// A row for each fault that is there. A source in several sizes has one of each.
fn source_faults(registry: &mut Registry, mixer: &MixerReported, inputs: &[(u32, SourceId)]) {
    let faults = Whole::<SourceFault>::default();
    registry.register("source_fault", "1 while a picture is black or frozen, or a sound silent, clipping or howling", faults.clone());
    let pictures = mixer.inputs.iter().flat_map(|input| input.faults.iter().map(|fault| (input.ssrc, picture_fault(*fault))));
    let sounds = mixer.sounds.iter().flat_map(|sound| sound.faults.iter().map(|fault| (sound.ssrc, sound_fault(*fault))));
    for (ssrc, fault) in pictures.chain(sounds) {
        if let Some((_, source)) = inputs.iter().find(|(known, _)| *known == ssrc) {
            faults.get_or_create(&SourceFault { source: source.0.clone(), fault: fault.name() }).set(1);
        }
    }
}

const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Publish => "publish",
        Role::Watch => "watch",
    }
}

const fn layer_name(layer: Layer) -> &'static str {
    match layer {
        Layer::Low => "low",
        Layer::Mid => "mid",
        Layer::High => "high",
    }
}

#[cfg(test)]
mod tests {
    use super::{Statistics, openmetrics};
    use mcu_media_api::{
        CompositeReport, FlowReport, InputReport, Layer, LayerReport, LimitedBy, MixerReported, PictureFault, RelayReported, Role, SeatId,
        SessionId, SessionReport, SessionState, ShownReport, SoundFault, SoundReport, SourceId,
    };

    fn session(role: Role, state: SessionState) -> SessionReport {
        SessionReport {
            session: SessionId::from("s"),
            seat: SeatId::from("c/site/guiyang"),
            role,
            state,
            video: None,
            content: false,
            content_video: None,
            layers: vec![LayerReport { layer: Layer::Mid, bit_rate_bps: 700_000, age_ms: 10 }],
            sound: true,
            shown: Some(ShownReport {
                source: None,
                layer: Some(Layer::Low),
                waiting_for: None,
                refused: None,
                limited: Some(LimitedBy::Line),
            }),
            rtt_ms: Some(40),
            line_bps: Some(620_000),
            loss_permille: 32,
            jitter_ms: 5,
            flow: FlowReport { freezes: 2, frozen_ms: 800, key_waits: 3, key_waited_ms: 240 },
            silent_ms: 0,
        }
    }

    #[test]
    fn figures_stand_under_seats_and_sources_in_base_units() {
        let gone = SessionState::Gone { reason: "replaced".to_owned() };
        let relay = RelayReported {
            sessions: vec![session(Role::Watch, SessionState::Connected), session(Role::Publish, gone)],
            handshakes: 7,
            ..RelayReported::default()
        };
        let mixer = MixerReported {
            composites: vec![CompositeReport {
                source: SourceId::from("c/wall"),
                fps: 14.9,
                encoder: "x264enc".to_owned(),
                showing: Vec::new(),
            }],
            sounds: vec![SoundReport {
                ssrc: 9,
                concealed_ms: 120,
                lost: 3,
                delay_ms: 40,
                faults: vec![SoundFault::Silent { for_s: 9 }],
                ..SoundReport::default()
            }],
            inputs: vec![InputReport { ssrc: 8, age_ms: None, size_px: None, decoded: 1, faults: vec![PictureFault::Frozen { for_s: 3 }] }],
            sound_encoders: 2,
            ..MixerReported::default()
        };
        let inputs = vec![(8, SourceId::from("c/site/guiyang/main")), (9, SourceId::from("c/site/guiyang/sound"))];
        let text = openmetrics(&Statistics { relay: Some(relay), mixer: Some(mixer), inputs });
        for line in [
            "mcu_handshakes_total 7",
            r#"mcu_session_loss_ratios{seat="c/site/guiyang",role="watch"} 0.032"#,
            r#"mcu_session_round_trip_seconds{seat="c/site/guiyang",role="watch"} 0.04"#,
            r#"mcu_session_line_bits_per_second{seat="c/site/guiyang",role="watch"} 620000.0"#,
            r#"mcu_session_shown_layer{seat="c/site/guiyang",role="watch"} 1"#,
            r#"mcu_session_limited{seat="c/site/guiyang",role="watch"} 1"#,
            r#"mcu_layer_bits_per_second{seat="c/site/guiyang",layer="mid"} 700000.0"#,
            r#"mcu_sound_concealed_milliseconds_total{source="c/site/guiyang/sound"} 120"#,
            r#"mcu_session_freezes_total{seat="c/site/guiyang",role="watch"} 2"#,
            r#"mcu_session_key_frame_waited_milliseconds_total{seat="c/site/guiyang",role="watch"} 240"#,
            r#"mcu_sound_encoders 2"#,
            r#"mcu_composite_encoder{source="c/wall",encoder="x264enc"} 1"#,
            r#"mcu_source_fault{source="c/site/guiyang/main",fault="picture_frozen"} 1"#,
            r#"mcu_source_fault{source="c/site/guiyang/sound",fault="sound_silent"} 1"#,
            r#"mcu_worker_reporting{worker="mixer"} 1"#,
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
        assert!(text.contains(r#"mcu_composite_frames_per_second{source="c/wall"} 14.89"#), "{text}");
        assert!(!text.contains(r#"role="publish""#), "whoever is gone has no figures");
        assert!(text.ends_with("# EOF\n"));
    }

    #[test]
    fn without_reports_that_is_what_it_says() {
        let text = openmetrics(&Statistics::default());
        assert!(text.contains(r#"mcu_worker_reporting{worker="relay"} 0"#) && !text.contains("mcu_handshakes"));
    }
}
