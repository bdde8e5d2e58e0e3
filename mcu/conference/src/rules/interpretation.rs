//! 同声传译: which channels there are, who interprets, who listens.

use mcu_api::{Channel, Event, LanguageId, Mic, MicChange, Setting, SiteId};

use crate::draft::Draft;
use crate::refusal::{Refusal, malformed, unknown_item};

/// Channels open at the same time: more booths than the largest of halls have.
const MAX_CHANNELS: usize = 8;
/// Longest id of a language in bytes: BCP 47 tags as they are used for speech (`zh-hant-hk`) are shorter.
const MAX_LANGUAGE_BYTES: usize = 16;
/// Longest name in bytes; it stands on a key.
const MAX_NAME_BYTES: usize = 64;

/// Opens exactly these channels. Who used one that is closed by this goes back to the floor; an interpreter with a closed microphone, so that nobody
/// is suddenly heard by all.
pub(crate) fn open(draft: &mut Draft<'_>, channels: &[Channel]) -> Result<(), Refusal> {
    check(channels)?;
    let closes = |used: Option<&LanguageId>| used.is_some_and(|language| channels.iter().all(|channel| channel.language != *language));
    let interpreters: Vec<SiteId> = with(draft, |site| closes(site.interprets.as_ref()));
    let listeners: Vec<SiteId> = with(draft, |site| closes(site.listens_to.as_ref()));
    // Those taken out of the conference too, for they can come back with an open microphone.
    let open = draft.state.sites.iter().filter(|site| site.mic == Mic::Open && interpreters.contains(&site.seat.site));
    let changes: Vec<MicChange> =
        open.map(|site| MicChange { site: site.seat.site.clone(), before: Mic::Open, after: Mic::Closed }).collect();
    if !changes.is_empty() {
        draft.push(Event::MicsChanged { changes });
    }
    for site in interpreters {
        draft.put(Setting::Interpreter { site, language: None });
    }
    for site in listeners {
        draft.put(Setting::Language { site, language: None });
    }
    draft.put(Setting::Channels { channels: channels.to_vec() });
    Ok(())
}

fn with(draft: &Draft<'_>, so: impl Fn(&crate::Site) -> bool) -> Vec<SiteId> {
    draft.state.sites.iter().filter(|site| so(site)).map(|site| site.seat.site.clone()).collect()
}

fn check(channels: &[Channel]) -> Result<(), Refusal> {
    if channels.len() > MAX_CHANNELS {
        return Err(malformed(format!("at most {MAX_CHANNELS} channels; leave some out"), format!("最多 {MAX_CHANNELS} 个同传频道")));
    }
    for (index, channel) in channels.iter().enumerate() {
        if channel.language.as_str().len() > MAX_LANGUAGE_BYTES {
            return Err(malformed(
                format!("a language's id has at most {MAX_LANGUAGE_BYTES} bytes, such as en or ug"),
                format!("语种标识不能超过 {MAX_LANGUAGE_BYTES} 字节,例如 en、ug"),
            ));
        }
        if [&channel.name, &channel.name_en].into_iter().any(|name| name.is_empty() || name.len() > MAX_NAME_BYTES) {
            return Err(malformed(
                format!("a channel's names have 1 to {MAX_NAME_BYTES} bytes"),
                format!("频道名称应为 1 到 {MAX_NAME_BYTES} 字节"),
            ));
        }
        if channels.iter().skip(index + 1).any(|other| other.language == channel.language) {
            let language = &channel.language;
            return Err(malformed(
                format!("language {language} is named twice; name it once"),
                format!("语种 {language} 重复,请只保留一个"),
            ));
        }
    }
    Ok(())
}

/// The microphone stays as it is.
pub(crate) fn set_interpreter(draft: &mut Draft<'_>, site: &SiteId, language: Option<&LanguageId>) -> Result<(), Refusal> {
    draft.known(site)?;
    is_open(draft, language)?;
    draft.put(Setting::Interpreter { site: site.clone(), language: language.cloned() });
    Ok(())
}

pub(crate) fn set_language(draft: &mut Draft<'_>, site: &SiteId, language: Option<&LanguageId>) -> Result<(), Refusal> {
    draft.known(site)?;
    is_open(draft, language)?;
    draft.put(Setting::Language { site: site.clone(), language: language.cloned() });
    Ok(())
}

fn is_open(draft: &Draft<'_>, language: Option<&LanguageId>) -> Result<(), Refusal> {
    let known = language.is_none_or(|language| draft.state.channels.iter().any(|channel| channel.language == *language));
    known.then_some(()).ok_or_else(|| unknown_item("interpretation channel", "同传频道"))
}
