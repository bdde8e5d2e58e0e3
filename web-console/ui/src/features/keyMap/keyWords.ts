/** Actions, refusals and faults of files in words. */

import type { ParseKeys, TFunction } from 'i18next';

import { definitionOf } from '../../keys/actions';
import type { KeyDefinition } from '../../keys/actions';
import { longCap } from '../../keys/chord';
import type { FileFault } from '../../keys/keyFile';
import type { Refusal } from '../../keys/refusals';

const WORDS: Record<string, ParseKeys> = {
  cut: 'keys.cut',
  'cut.second': 'keyMap.cutSecond',
  fade: 'keys.fade',
  'fade.second': 'keyMap.fadeSecond',
  previous: 'keys.previous',
  mute_all: 'keys.muteAll',
  undo: 'keys.undo',
  redo: 'keys.redo',
  grant_next: 'keys.grantNext',
  pause_polling: 'keys.polling',
  listen: 'keys.listen',
  help: 'keys.list',
  cancel: 'keys.cancel',
  'roll_call.normal': 'keyMap.rollNormal',
  'roll_call.no_answer': 'keyMap.rollNoAnswer',
  'roll_call.previous': 'keyMap.rollPrevious',
  'roll_call.next': 'keyMap.rollNext',
};

const PANELS: Record<string, ParseKeys> = {
  speech: 'speech.tab',
  rotation: 'rotation.tab',
  rollCall: 'rollCall.tab',
  sound: 'soundPanel.tab',
  content: 'contentPanel.tab',
  meeting: 'meetingPanel.tab',
  layout: 'tools.layout',
  layouts: 'layoutEditor.tab',
  overlays: 'overlays.tab',
  runSheet: 'runSheet.tab',
  plans: 'plans.tab',
  outputs: 'outputs.tab',
  leases: 'leases.tab',
  rehearsal: 'rehearsal.tab',
};

/** `sites` are names in site order, where they are known. */
export function actionWords(t: TFunction, { id, action }: KeyDefinition, sites: readonly string[] = []): string {
  switch (action.act) {
    case 'preview':
    case 'select_view':
    case 'mic': {
      const site = sites[action.index] ?? t('keyMap.site', { number: action.index + 1 });
      return t(`keyMap.${action.act}`, { site });
    }
    case 'panel': {
      const title = PANELS[action.id];
      return t('keyMap.openPanel', { panel: title === undefined ? action.id : t(title) });
    }
    default: {
      const key = WORDS[id];
      return key === undefined ? id : t(key);
    }
  }
}

export const nameOfAction = (t: TFunction, id: string, sites?: readonly string[]): string => {
  const definition = definitionOf(id);
  return definition === null ? id : actionWords(t, definition, sites);
};

export const refusalWords = (t: TFunction, chord: string, why: Refusal): string => t('keyMap.refused', { chord: longCap(chord), why: t(`keyMap.why.${why}`) });

export function faultWords(t: TFunction, fault: FileFault): string {
  switch (fault.fault) {
    case 'form':
      return t('keyMap.fault.form');
    case 'action':
      return t('keyMap.fault.action', { action: fault.action });
    case 'chord':
      return t('keyMap.fault.chord', { action: nameOfAction(t, fault.action), chord: fault.chord });
    case 'refused':
      return t('keyMap.fault.refused', { action: nameOfAction(t, fault.action), chord: longCap(fault.chord), why: t(`keyMap.why.${fault.why}`) });
    case 'twice':
      return t('keyMap.fault.twice', { action: nameOfAction(t, fault.action), other: nameOfAction(t, fault.other), chord: longCap(fault.chord) });
  }
}
