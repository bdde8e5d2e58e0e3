import { useState } from 'react';
import { Link } from 'react-router';

import { problemFrom } from '../../api/http';
import type { RoomLook, RoomStatus, SceneInfo, SceneRound, ScenePreview } from '../../api/rooms';
import { beginRound, previewScene, restoreRound, withdrawRound } from '../../api/rooms';
import { useWords } from '../../i18n/useWords';
import { paths } from '../../paths';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { clockText } from '../../ui/clock';
import { textIn, useRooms, useRoomsDesk } from './RoomsContext';
import { SceneSteps } from './SceneSteps';
import { partOf, progressOf } from './sceneRound';

function LookWords({ look }: { look: RoomLook | undefined }) {
  const { t, language } = useWords();
  if (look === undefined) return <>—</>;
  if (look.look === 'away') return <span className="fact-bad">✕ {t('round.away')}</span>;
  if (look.look === 'cannot') return <span className="fact-bad">✕ {textIn(language, look.reason)}</span>;
  const already = look.steps.filter((step) => step.already).length;
  const cannot = look.steps.filter((step) => step.cannot).length;
  return <>{t('scene.summary', { total: look.steps.length, already, change: look.steps.length - already - cannot, cannot })}</>;
}

/** One line a room; opened, every step. */
function RoomPreview({ status, look }: { status: RoomStatus; look: RoomLook | undefined }) {
  const { language } = useWords();
  const { snapshot } = status;
  return (
    <details className="round-look">
      <summary>
        <b>{textIn(language, status.name)}</b>
        <LookWords look={look} />
      </summary>
      {look?.look === 'diff' && snapshot != null && <SceneSteps diff={look} snapshot={snapshot} />}
    </details>
  );
}

function Preview({ preview, rooms, info, onStart, onCancel }: { preview: ScenePreview; rooms: RoomStatus[]; info: SceneInfo; onStart: () => void; onCancel: () => void }) {
  const { t, language } = useWords();
  const shown = rooms.filter((status) => status.room in preview.rooms);
  const away = Object.values(preview.rooms).filter((look) => look.look === 'away').length;
  return (
    <Dialog title={t('round.previewTitle', { scene: textIn(language, info.name), count: shown.length })} onCancel={onCancel}>
      {shown.map((status) => (
        <RoomPreview key={status.room} status={status} look={preview.rooms[status.room]} />
      ))}
      {away > 0 && <p>{t('round.awayHint', { count: away })}</p>}
      <div className="dialog-actions">
        <Button onPress={onCancel}>{t('common.cancel')}</Button>
        <Button look="primary" onPress={onStart}>
          {t('round.start', { count: shown.length })}
        </Button>
      </div>
    </Dialog>
  );
}

function Progress({ round, rooms }: { round: SceneRound; rooms: Record<string, RoomStatus> }) {
  const { t, language } = useWords();
  const { done, waiting, faulty, total } = progressOf(round, rooms);
  // The rooms' own order; one that is enrolled no more comes last.
  const inOrder = [...new Set([...Object.keys(rooms), ...Object.keys(round.rooms)])].filter((room) => room in round.rooms);
  const wish = round.wish === 'run' ? textIn(language, round.name) : t('round.restoring', { scene: textIn(language, round.name) });
  return (
    <section aria-label={t('round.progress')}>
      <p role="status">
        {wish} · {round.actor} {clockText(round.started_at_ms)} · {t('round.summary', { total, done, waiting, faulty })}
      </p>
      <ol className="steps round-rooms">
        {inOrder.map((room) => {
          const status = rooms[room];
          const part = partOf(t, language, round, room, status);
          return (
            <li key={room} className={`step step-${part.look}`}>
              <Link to={paths.room(room)}>{status === undefined ? room : textIn(language, status.name)}</Link>
              <span className="step-note">{part.words}</span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function RoomPicks({ list, chosen, onChange }: { list: RoomStatus[]; chosen: string[]; onChange: (chosen: string[]) => void }) {
  const { t, language } = useWords();
  const isAll = chosen.length === list.length;
  return (
    <fieldset className="round-picks">
      <legend className="visually-hidden">{t('round.rooms')}</legend>
      <Button pressed={isAll} onPress={() => onChange(isAll ? [] : list.map((status) => status.room))}>
        {t('round.all')}
      </Button>
      {list.map((status) => (
        <label key={status.room} className="param">
          <input
            type="checkbox"
            checked={chosen.includes(status.room)}
            onChange={(event) => onChange(event.target.checked ? [...chosen, status.room] : chosen.filter((room) => room !== status.room))}
          />
          {textIn(language, status.name)}
          {!status.connected && <small>{t('room.disconnectedShort')}</small>}
        </label>
      ))}
    </fieldset>
  );
}

/** One scene in many rooms: chosen, seen, run, put back; who is away gets it on return. */
export function SceneRounds() {
  const { t, language, problemText } = useWords();
  const { me } = useRoomsDesk();
  const rooms = useRooms((state) => state.rooms);
  const round = useRooms((state) => state.round);
  const list = Object.values(rooms);
  const [left, setLeft] = useState<string[]>([]);
  const [preview, setPreview] = useState<{ info: SceneInfo; answer: ScenePreview } | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const [problem, setProblem] = useState('');
  const scenes = [...new Map(list.flatMap((status) => status.snapshot?.scenes ?? []).map((scene) => [scene.scene, scene])).values()];
  const chosen = list.map((status) => status.room).filter((room) => !left.includes(room));
  const right = me.rights.includes('room.control') ? (me.locked ? t('reason.locked') : null) : t('reason.noRight');
  const reason = right ?? (chosen.length === 0 ? t('round.noRoom') : null);
  const ask = async (what: () => Promise<unknown>): Promise<void> => {
    setIsAsking(true);
    setProblem('');
    try {
      await what();
    } catch (error) {
      setProblem(problemText(problemFrom(error)));
    }
    setIsAsking(false);
  };
  const look = (info: SceneInfo): Promise<void> => ask(async () => setPreview({ info, answer: await previewScene(info.scene, chosen) }));
  if (scenes.length === 0) return null;
  const waits = round !== null && Object.values(round.rooms).some((part) => part.state === 'waiting');
  return (
    <section className="panel round" aria-label={t('round.title')}>
      <h2>{t('round.title')}</h2>
      <RoomPicks list={list} chosen={chosen} onChange={(picked) => setLeft(list.map((status) => status.room).filter((room) => !picked.includes(room)))} />
      <div className="command-buttons">
        {scenes.map((info) => (
          <Button key={info.scene} look="primary" reason={reason} pending={isAsking} onPress={() => void look(info)}>
            {textIn(language, info.name)}
          </Button>
        ))}
        <Button reason={right ?? (waits ? null : t('round.nobodyWaits'))} onPress={() => void ask(withdrawRound)}>
          {t('round.withdraw')}
        </Button>
        <Button reason={right ?? (round?.wish === 'run' ? null : t('reason.nothingToRestore'))} onPress={() => void ask(restoreRound)}>
          {t('round.restore')}
        </Button>
        <span className="fact-bad" role="alert">
          {problem}
        </span>
      </div>
      {round !== null && <Progress round={round} rooms={rooms} />}
      {preview !== null && (
        <Preview
          preview={preview.answer}
          rooms={list}
          info={preview.info}
          onCancel={() => setPreview(null)}
          onStart={() => {
            const { info, answer } = preview;
            setPreview(null);
            void ask(() => beginRound(info.scene, Object.keys(answer.rooms)));
          }}
        />
      )}
    </section>
  );
}
