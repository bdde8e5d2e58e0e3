/** How far each room of a scene round is: what the console told it, and what its own report says. */

import type { TFunction } from 'i18next';

import type { RoomStatus, SceneRound, SceneRun } from '../../api/rooms';
import type { Language } from '../../i18n';
import { textIn } from './RoomsContext';

/** The room's clock may be behind by this. */
const CLOCKS_MS = 5000;

type Look = 'waiting' | 'running' | 'done' | 'failed' | 'skipped';
type Part = { look: Look; words: string };

/** The run of the room that belongs to the round. */
function runOf(round: SceneRound, status: RoomStatus | undefined): SceneRun | null {
  const run = status?.snapshot?.run ?? null;
  const isMine = run !== null && run.scene === (round.wish === 'run' ? round.scene : 'restore') && run.started_at_ms >= round.started_at_ms - CLOCKS_MS;
  return isMine ? run : null;
}

const LOOKS = { running: 'running', done: 'done', done_with_faults: 'failed', failed: 'failed', cancelled: 'skipped' } as const;

function lookOf(round: SceneRound, room: string, status: RoomStatus | undefined): Look {
  const part = round.rooms[room];
  switch (part?.state) {
    case 'told': {
      const run = runOf(round, status);
      return run === null ? 'running' : LOOKS[run.state];
    }
    case 'refused':
      return 'failed';
    case 'overtaken':
    case 'dropped':
      return 'skipped';
    default:
      return 'waiting';
  }
}

export function partOf(t: TFunction, language: Language, round: SceneRound, room: string, status: RoomStatus | undefined): Part {
  const part = round.rooms[room];
  const look = lookOf(round, room, status);
  switch (part?.state) {
    case 'told': {
      const run = runOf(round, status);
      const faults = (run?.steps ?? []).filter((step) => step.state === 'failed' || step.state === 'skipped');
      const words = run === null ? t('round.told') : t(`run.${run.state}`);
      const why = faults.map((step) => `${textIn(language, step.text)} ${step.note ? textIn(language, step.note) : t(`step.${step.state}`)}`);
      return { look, words: [part.late ? `${t('round.late')} · ${words}` : words, ...why].join(' · ') };
    }
    case 'refused':
      return { look, words: textIn(language, part.reason) };
    case 'overtaken':
      return { look, words: t('round.overtaken', { scene: part.scene }) };
    case 'dropped':
      return { look, words: t('round.dropped') };
    default:
      return { look, words: status?.connected === true ? t('round.telling') : t('round.waiting') };
  }
}

export function progressOf(round: SceneRound, rooms: Record<string, RoomStatus>): { total: number; done: number; waiting: number; faulty: number } {
  const looks = Object.keys(round.rooms).map((room) => lookOf(round, room, rooms[room]));
  const count = (wanted: Look): number => looks.filter((look) => look === wanted).length;
  return { total: looks.length, done: count('done'), waiting: count('waiting'), faulty: count('failed') };
}
