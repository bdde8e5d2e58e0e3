import { useState } from 'react';

import type { RollCall } from '../../../../api/mcu';
import { useWords } from '../../../../i18n/useWords';
import { useKeyCaps } from '../../../../keys/useKeyMap';
import { Button } from '../../../../ui/Button';
import { timeText } from '../../../../ui/clock';
import { useDesk, useLive } from '../../DeskContext';
import { useReasons } from '../../useReasons';
import { siteNames } from '../../words';
import { Asked } from './Asked';
import { Sheet } from './Sheet';
import { download } from './download';
import { csv, pickedAfter, rowOfKeys, tally } from './sheet';
import { useRollCallKeys } from './useRollCallKeys';

function useExport(call: RollCall | null): () => void {
  const words = useWords();
  const { t } = words;
  const snapshot = useLive((state) => state.snapshot);
  return () => {
    if (call === null) return;
    const names = siteNames(snapshot, words);
    const day = new Date(call.started_at_ms).toLocaleDateString('sv');
    const rows = call.rows.map((row, index) => [
      String(index + 1),
      names(row.site),
      row.score == null ? t('rollCall.waiting') : t(`rollCall.${row.score}`),
      row.answer_ms == null ? '' : (row.answer_ms / 1000).toFixed(1),
      row.by_hand ? t('rollCall.yes') : '',
    ]);
    const head = [t('rollCall.number'), t('rollCall.site'), t('rollCall.result'), t('rollCall.delaySeconds'), t('rollCall.handColumn')];
    const title = [[snapshot?.title ?? '', t('rollCall.title'), `${day} ${timeText(call.started_at_ms)}`]];
    download(`${t('rollCall.title')}-${day}-${timeText(call.started_at_ms).replaceAll(':', '')}.csv`, csv([...title, head, ...rows]));
  };
}

/** 点名: start, watch the pass, correct, export. */
export function RollCallPanel() {
  const { t } = useWords();
  const { conference } = useDesk();
  const reasons = useReasons();
  const keyCap = useKeyCaps();
  const snapshot = useLive((state) => state.snapshot);
  const pending = useLive((state) => state.pending);
  const [picked, setPicked] = useState<string | null>(null);
  const call = snapshot?.speech.roll_call ?? null;
  const turn = call?.turn ?? null;
  const exportSheet = useExport(call);
  const counts = call === null ? null : tally(call);
  const isPending = (cmd: string): boolean => pending.some((one) => one.command.cmd === cmd);
  const target = call === null ? null : rowOfKeys(call, picked);
  const cannotScore = reasons('score_roll_call') ?? (target === null ? t('rollCall.nobodyAsked') : null);
  const score = (value: 'normal' | 'no_answer'): void => {
    if (target === null || cannotScore !== null) return;
    conference.send({ cmd: 'score_roll_call', args: { site: target, score: value } });
    setPicked(null);
  };
  const next = (): void => {
    if (call === null) return;
    // Going on from who is asked scores what was seen and heard so far.
    if (picked === null && turn !== null) conference.send({ cmd: 'next_roll_call', args: {} });
    else setPicked(pickedAfter(call, picked, 1));
  };
  useRollCallKeys((key) => {
    if (call === null) return;
    if (key === 'previous') setPicked(pickedAfter(call, picked, -1));
    else if (key === 'next') next();
    else score(key);
  });
  const noTurn = turn === null ? t('rollCall.nobodyAsked') : null;
  return (
    <>
      <div className="tool-row">
        {turn === null ? (
          <Button look="primary" reason={reasons('start_roll_call')} pending={isPending('start_roll_call')} onPress={() => conference.send({ cmd: 'start_roll_call', args: {} })}>
            {t(call === null ? 'rollCall.start' : 'rollCall.again')}
          </Button>
        ) : (
          <Button look="danger" reason={reasons('stop_roll_call')} pending={isPending('stop_roll_call')} onPress={() => conference.send({ cmd: 'stop_roll_call', args: {} })}>
            {t('rollCall.stop')}
          </Button>
        )}
        <Button look="primary" {...keyCap('roll_call.normal')} reason={cannotScore} pending={isPending('score_roll_call')} onPress={() => score('normal')}>
          {t('rollCall.normal')}
        </Button>
        <Button look="danger" {...keyCap('roll_call.no_answer')} reason={cannotScore} pending={isPending('score_roll_call')} onPress={() => score('no_answer')}>
          {t('rollCall.no_answer')}
        </Button>
        <Button {...keyCap('roll_call.next')} reason={reasons('next_roll_call') ?? noTurn} pending={isPending('next_roll_call')} onPress={next}>
          {t('rollCall.next')}
        </Button>
        <Button reason={call === null ? t('rollCall.noSheet') : null} onPress={exportSheet}>
          {t('rollCall.export')}
        </Button>
      </div>
      {turn !== null && <Asked turn={turn} />}
      {call === null || counts === null ? (
        <p className="hint">{t('rollCall.hint')}</p>
      ) : (
        <>
          <p role="status">
            {t(call.finished_at_ms == null ? 'rollCall.progress' : 'rollCall.finished', { done: counts.done, total: call.rows.length, normal: counts.normal, wrong: counts.wrong })}
          </p>
          <Sheet call={call} picked={target} onPick={(site) => setPicked(site === turn?.site ? null : site)} />
        </>
      )}
    </>
  );
}
