import i18next from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';

import type { Place, Whereabouts } from '../../api/places';
import en from '../../i18n/en.json';
import zh from '../../i18n/zh-CN.json';
import { placeWords, whereaboutsWords } from './places';

const reason = { zh: '线路不通', en: 'no line' };
const PLACES: [Place, string, string][] = [
  [{ place: 'here' }, '● 会议室已入会', '● room is in'],
  [{ place: 'joining' }, '◔ 会议室入会中', '◔ room is joining'],
  [{ place: 'elsewhere', title: '调度会' }, '⇄ 在其他会议:调度会', '⇄ in another meeting: 调度会'],
  [{ place: 'waiting', reason }, '○ 会议室在等待', '○ room is waiting'],
  [{ place: 'failed', reason }, '✕ 会议室未能入会:线路不通', '✕ room cannot join: no line'],
  [{ place: 'unreachable' }, '✕ 会议室联系不上', '✕ room is not reachable'],
  [{ place: 'no_terminal', reason }, '− 无可用终端:线路不通', '− no terminal: no line'],
];
const conference = { conference: 'm-1', title: '调度会' };
const ATS: [Whereabouts, string][] = [
  [{ at: 'joined', conference }, '● 已入会:调度会'],
  [{ at: 'joining', conference }, '◔ 正在入会:调度会'],
  [{ at: 'waiting', reason }, '○ 等待会议:线路不通'],
  [{ at: 'failed', conference: null, reason }, '✕ 未能入会:线路不通'],
  [{ at: 'unreachable' }, '✕ 联系不上,不知在哪个会议'],
  [{ at: 'no_terminal' }, '− 未配置终端'],
];

describe('where rooms are', () => {
  beforeAll(async () => {
    await i18next.init({ lng: 'zh-CN', resources: { 'zh-CN': { translation: zh }, en: { translation: en } }, interpolation: { escapeValue: false } });
  });

  it('is said in both languages, with a shape of its own', () => {
    for (const [place, inChinese, inEnglish] of PLACES) {
      expect(placeWords(i18next.getFixedT('zh-CN'), 'zh-CN', place)).toBe(inChinese);
      expect(placeWords(i18next.getFixedT('en'), 'en', place)).toBe(inEnglish);
    }
    for (const [at, words] of ATS) expect(whereaboutsWords(i18next.getFixedT('zh-CN'), 'zh-CN', at)).toBe(words);
  });
});
