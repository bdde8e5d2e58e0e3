import { useEffect, useState } from 'react';

import type { Overlay } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { useWallNow } from '../../ui/useNow';
import { useDesk, useLive } from '../desk/DeskContext';
import { useReasons } from '../desk/useReasons';
import { Changes } from './Changes';
import { OverlayForm } from './OverlayForm';
import { KINDS, MAX_OVERLAYS, difference, faultOf, freshRow, fromAir, makeOverlay, moved, wanted } from './overlay';
import type { Row } from './overlay';
import { overlayWords } from './overlayWords';

/** The draft outlives the tab: looking elsewhere loses nothing. */
let kept: { conference: string; rows: Row[] } | null = null;
const NONE: Overlay[] = [];

/** 横幅字幕: a draft beside what is on air; nothing changes there until it is applied. */
export function OverlaysPanel() {
  const { t } = useWords();
  const { conference } = useDesk();
  const reasons = useReasons();
  const onAir = useLive((state) => state.snapshot?.settings.overlays) ?? NONE;
  const title = useLive((state) => state.snapshot?.title) ?? '';
  const offset = useLive((state) => state.clockOffsetMs);
  const pending = useLive((state) => state.pending.some((one) => one.command.cmd === 'set_overlays'));
  const waits = useLive((state) => state.delayed.some((one) => one.command.cmd === 'set_overlays'));
  const now = useWallNow(5000) + offset;
  const [rows, setRows] = useState<Row[]>(() => (kept?.conference === conference.id ? kept.rows : fromAir(onAir, [])));
  const [open, setOpen] = useState<number | null>(null);
  useEffect(() => {
    kept = { conference: conference.id, rows };
  }, [conference, rows]);

  const next = wanted(rows);
  const change = difference(onAir, next);
  const isSame = change.added.length === 0 && change.removed.length === 0 && !change.order;
  const bad = rows.find((row) => row.on && faultOf(row.overlay, now) !== null);
  const badFault = bad === undefined ? null : faultOf(bad.overlay, now);
  const wrong = badFault === null ? (next.length > MAX_OVERLAYS ? t('overlays.tooMany') : null) : t(`overlays.fault.${badFault}`);
  const put = (key: number, make: (row: Row) => Row): void => setRows((list) => list.map((row) => (row.key === key ? make(row) : row)));
  const add = (overlay: Overlay): void => {
    const row = freshRow(overlay);
    setRows((list) => [...list, row]);
    setOpen(row.key);
  };
  return (
    <div className="tool-body">
      <div className="tool-row" role="group" aria-label={t('overlays.add')}>
        {KINDS.map((kind) => (
          <Button key={kind} label={t('overlays.addKind', { kind: t(`overlays.kind.${kind}`) })} onPress={() => add(makeOverlay(kind, title, now))}>
            + {t(`overlays.kind.${kind}`)}
          </Button>
        ))}
      </div>
      {rows.length === 0 && <p className="hint-line">{t('overlays.none')}</p>}
      <ol className="tool-list">
        {rows.map((row, index) => {
          const fault = faultOf(row.overlay, now);
          const what = overlayWords(t, row.overlay);
          return (
            <li key={row.key} className="overlay-row">
              <div className="tool-row">
                <label className="check">
                  <input type="checkbox" checked={row.on} aria-label={t('overlays.on', { what })} onChange={(event) => put(row.key, (one) => ({ ...one, on: event.target.checked }))} />
                </label>
                <span className={row.on ? 'tool-grow cut' : 'tool-grow cut soft'}>
                  {what}
                  {fault !== null && <small className="bad-line"> ✕ {t(`overlays.fault.${fault}`)}</small>}
                </span>
                <Button look="quiet" pressed={open === row.key} label={t('overlays.edit', { what })} onPress={() => setOpen(open === row.key ? null : row.key)}>
                  ✎
                </Button>
                <Button look="quiet" label={t('overlays.up', { what })} onPress={() => setRows((list) => moved(list, index, -1))}>
                  ↑
                </Button>
                <Button look="quiet" label={t('overlays.down', { what })} onPress={() => setRows((list) => moved(list, index, 1))}>
                  ↓
                </Button>
                <Button look="quiet" label={t('overlays.drop', { what })} onPress={() => setRows((list) => list.filter((one) => one.key !== row.key))}>
                  ✕
                </Button>
              </div>
              {open === row.key && (
                <div className="tool-row">
                  <OverlayForm overlay={row.overlay} onChange={(overlay) => put(row.key, (one) => ({ ...one, overlay }))} />
                </div>
              )}
            </li>
          );
        })}
      </ol>
      <p className="hint-line">{t('delayed.textWaits')}</p>
      <Changes onAir={onAir} change={change} />
      <div className="tool-row">
        <Button look="air" pending={pending || waits} reason={reasons('set_overlays') ?? wrong ?? (isSame ? t('overlays.same') : null)} onPress={() => conference.send({ cmd: 'set_overlays', args: { overlays: next } })}>
          {t('overlays.apply')}
        </Button>
        <Button reason={isSame ? t('overlays.same') : null} onPress={() => setRows((list) => fromAir(onAir, list))}>
          {t('overlays.asOnAir')}
        </Button>
        <Button look="danger" pending={pending} reason={reasons('set_overlays') ?? (onAir.length === 0 ? t('overlays.noneOnAir') : null)} onPress={() => conference.send({ cmd: 'set_overlays', args: { overlays: [] } })}>
          {t('overlays.removeAll')}
        </Button>
      </div>
    </div>
  );
}
