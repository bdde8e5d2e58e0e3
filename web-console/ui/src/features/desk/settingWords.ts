/** What a changed setting of the conference is, in words: one sentence for each field. */

import type { TFunction } from 'i18next';

import type { Setting, SiteId } from '../../api/mcu';
import { clockText } from '../../ui/clock';

type Names = (site: SiteId) => string;
type Of<F extends Setting['field']> = Extract<Setting, { field: F }>['value'];

function timed(t: TFunction, setting: Setting, names: Names): string | null {
  switch (setting.field) {
    case 'end_time':
      return setting.value.ends_at_ms == null ? t('setting.no_end_time') : t('setting.end_time', { time: clockText(setting.value.ends_at_ms) });
    case 'redial_policy': {
      const { policy } = setting.value;
      return policy == null ? t('setting.no_redial_policy') : t('setting.redial_policy', { seconds: policy.every_s, tries: policy.tries });
    }
    case 'redial': {
      const { redial, site } = setting.value;
      return redial == null ? t('setting.no_redial', { site: names(site) }) : t('setting.redial', { site: names(site), tries: redial.tries });
    }
    case 'fade':
      return setting.value.fade_ms === 0 ? t('setting.cut') : t('setting.fade', { seconds: setting.value.fade_ms / 1000 });
    case 'speech_timer':
      return setting.value.timer == null ? t('setting.no_speech_timer') : t('setting.speech_timer', { time: clockText(setting.value.timer.ends_at_ms) });
    case 'speech_over':
      return t(setting.value.over ? 'setting.speech_over' : 'setting.speech_not_over');
    case 'live_delay':
      return t('setting.live_delay', { seconds: setting.value.delay_s });
    case 'next_step':
      return t('setting.next_step', { number: setting.value.next + 1 });
    default:
      return null;
  }
}

function ofOneSite(t: TFunction, setting: Setting, names: Names): string | null {
  switch (setting.field) {
    case 'main_site':
      return t('setting.main_site', { site: names(setting.value.site) });
    case 'site_slate': {
      const { site, text } = setting.value;
      return text == null ? t('setting.no_site_slate', { site: names(site) }) : t('setting.site_slate', { site: names(site), text });
    }
    case 'removed':
      return t(setting.value.removed ? 'setting.removed' : 'setting.restored', { site: names(setting.value.site) });
    case 'own_view':
      return t(setting.value.own ? 'setting.own_view' : 'setting.no_own_view', { site: names(setting.value.site) });
    case 'mute_lock':
      return t(setting.value.locked ? 'setting.mute_lock' : 'setting.no_mute_lock', { site: names(setting.value.site) });
    case 'speaker':
      return t(`setting.speaker_${setting.value.speaker}`, { site: names(setting.value.site) });
    case 'gain':
      return t('setting.gain', { site: names(setting.value.site), db: setting.value.gain_db });
    case 'mix_members': {
      const { members, site } = setting.value;
      return members == null ? t('setting.mix_all', { site: names(site) }) : t('setting.mix_members', { site: names(site), total: members.length });
    }
    case 'chair_request':
      return t(setting.value.requested ? 'setting.chair_request' : 'setting.no_chair_request', { site: names(setting.value.site) });
    case 'floor':
      return t(setting.value.request == null ? 'setting.no_floor' : 'setting.floor', { site: names(setting.value.site) });
    default:
      return null;
  }
}

function ofSomeSite(t: TFunction, setting: Setting, names: Names): string | null {
  switch (setting.field) {
    case 'chair':
    case 'content_site':
    case 'content_lock':
    case 'content_invite': {
      const { site } = setting.value;
      return site == null ? t(`setting.no_${setting.field}`) : t(`setting.${setting.field}`, { site: names(site) });
    }
    case 'polling_step': {
      const { step } = setting.value;
      return step == null ? t('setting.no_polling_step') : t('setting.polling_step', { site: names(step.site) });
    }
    case 'loudest': {
      const { loudest } = setting.value;
      return loudest == null ? t('setting.no_loudest') : t('setting.loudest', { site: names(loudest.site) });
    }
    default:
      return null;
  }
}

function rollCallWords(t: TFunction, { roll_call: call }: Of<'roll_call'>): string {
  if (call == null) return t('setting.no_roll_call');
  const numbers = { done: call.rows.filter((row) => row.score != null).length, total: call.rows.length };
  return t(call.finished_at_ms == null ? 'setting.roll_call' : 'setting.roll_call_over', numbers);
}

function outputWords(t: TFunction, { audience, picture }: Of<'output_picture'>, names: Names): string {
  const whose = t(`setting.audience_${audience}`);
  if (picture == null) return t('setting.no_output_picture', { audience: whose });
  const what = picture.kind === 'site' ? names(picture.site) : t('picture.layout', { name: picture.layout.name });
  return t('setting.output_picture', { audience: whose, picture: what });
}

function ofAll(t: TFunction, setting: Setting, names: Names): string | null {
  switch (setting.field) {
    case 'locked':
      return t(setting.value.locked ? 'setting.locked' : 'setting.unlocked');
    case 'mute_on_join':
      return t(setting.value.mic === 'closed' ? 'setting.mute_on_join' : 'setting.open_on_join');
    case 'free_view':
      return t(setting.value.free_view ? 'setting.free_view' : 'setting.no_free_view');
    case 'multi_picture':
      return setting.value.layout == null ? t('setting.auto_multi_picture') : t('setting.multi_picture', { name: setting.value.layout.name });
    case 'slate':
      return setting.value.text == null ? t('setting.no_slate') : t('setting.slate', { text: setting.value.text });
    case 'overlays':
      return setting.value.overlays.length === 0 ? t('setting.no_overlays') : t('setting.overlays', { total: setting.value.overlays.length });
    case 'previous':
      return t('setting.previous');
    case 'roll_call':
      return rollCallWords(t, setting.value);
    case 'watch_polling': {
      const { polling } = setting.value;
      return polling == null ? t('setting.no_watch_polling') : t('setting.watch_polling', { total: polling.sites.length, seconds: polling.dwell_s });
    }
    case 'polling_paused':
      return t(`setting.${setting.value.kind}_${setting.value.paused ? 'paused' : 'resumed'}`);
    case 'voice_switch':
      return setting.value.voice_switch == null ? t('setting.no_voice_switch') : t('setting.voice_switch', { db: setting.value.voice_switch.gate_dbfs });
    case 'cell_turns':
      return t('setting.cell_turns');
    case 'output_picture':
      return outputWords(t, setting.value, names);
    default:
      return null;
  }
}

function ofDesk(t: TFunction, setting: Setting): string | null {
  switch (setting.field) {
    case 'lease': {
      const area = t(`setting.area_${setting.value.area}`);
      return setting.value.lease == null ? t('setting.no_lease', { area }) : t('setting.lease', { area, holder: setting.value.lease.holder });
    }
    case 'program_lock':
      return setting.value.by == null ? t('setting.no_program_lock') : t('setting.program_lock', { holder: setting.value.by });
    case 'run_sheet':
      return setting.value.sheet == null ? t('setting.no_run_sheet') : t('setting.run_sheet', { name: setting.value.sheet.title });
    case 'plan': {
      const { armed, name } = setting.value;
      if (armed == null) return t('setting.no_plan', { name });
      return t(armed.ran == null ? 'setting.plan' : 'setting.plan_ran', { name: armed.plan.title });
    }
    case 'record':
      return t(`setting.record_${setting.value.record}`);
    case 'live':
      return t(setting.value.live ? 'setting.live' : 'setting.no_live');
    default:
      return null;
  }
}

export function settingWords(t: TFunction, setting: Setting, names: Names): string {
  return (
    ofAll(t, setting, names) ??
    ofOneSite(t, setting, names) ??
    ofSomeSite(t, setting, names) ??
    timed(t, setting, names) ??
    ofDesk(t, setting) ??
    t('event.unknown')
  );
}
