import { useEffect, useState } from 'react';
import type { KeyboardEvent, PointerEvent } from 'react';

import { askRoom } from '../../api/rooms';
import type { DeviceSnapshot, RoomRequest, RoomStatus } from '../../api/rooms';
import { problemFrom } from '../../api/http';
import { useWords } from '../../i18n/useWords';
import { Holder } from './Holder';
import { textIn, useRoomsDesk } from './RoomsContext';
import { heldMoves, stopOf } from './holding';
import type { HeldMove } from './holding';
import { useControlReason } from './useControlReason';

const ARROWS = { up: '▲', down: '▼', left: '◀', right: '▶', tele: '+', wide: '−', near: '◁', far: '▷' } as const;

/** One hold for the whole pad; it ends with the finger, the focus, the page, the socket and the component. */
function useHolder(room: string): { holder: Holder; problem: string; send: (request: RoomRequest) => Promise<void> } {
  const { problemText, language } = useWords();
  const [problem, setProblem] = useState('');
  const { live } = useRoomsDesk();
  const [holder] = useState(() => new Holder());
  useEffect(() => {
    const end = (): void => holder.end();
    window.addEventListener('blur', end);
    window.addEventListener('pagehide', end);
    document.addEventListener('visibilitychange', end);
    return () => {
      window.removeEventListener('blur', end);
      window.removeEventListener('pagehide', end);
      document.removeEventListener('visibilitychange', end);
      end();
    };
  }, [holder]);
  useEffect(
    () =>
      live.store.subscribe((state, before) => {
        if (state.losses !== before.losses) holder.end();
      }),
    [holder, live],
  );
  const send = async (request: RoomRequest): Promise<void> => {
    try {
      const response = await askRoom(room, request);
      setProblem(response.answer === 'refused' ? textIn(language, response.text) : '');
      if (response.answer === 'refused') holder.end();
    } catch (error) {
      setProblem(problemText(problemFrom(error)));
      holder.end();
    }
  };
  return { holder, problem, send };
}

type Props = { status: RoomStatus; device: DeviceSnapshot };

/** Pan, tilt and zoom: held with a finger or a key, renewed while held, stopped when let go. */
export function HeldPad({ status, device }: Props) {
  const { t } = useWords();
  const reason = useControlReason(status, device);
  const [speed, setSpeed] = useState(50);
  const { holder, problem, send } = useHolder(status.room);
  const [active, setActive] = useState<string | null>(null);
  const moves = heldMoves(device.commands, speed / 100);
  if (moves.length === 0) return null;

  const begin = (move: HeldMove, key: string): void => {
    if (reason !== null) return;
    const stop = stopOf(device.commands, move.command);
    const request = (command: string, args: HeldMove['args']): RoomRequest => ({ ask: 'command', device: device.device, command, args });
    setActive(key);
    holder.start(
      () => send(request(move.command, move.args)),
      async () => {
        if (stop !== null) await send(request(stop.name, {}));
      },
    );
  };
  const end = (): void => {
    setActive(null);
    holder.end();
  };
  const onPointerDown = (event: PointerEvent<HTMLButtonElement>, move: HeldMove, key: string): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    begin(move, key);
  };
  const onKeyDown = (event: KeyboardEvent, move: HeldMove, key: string): void => {
    if (event.code !== 'Enter' && event.code !== 'Space') return;
    event.preventDefault();
    if (!event.repeat) begin(move, key);
  };

  return (
    <div className="pad-area">
      <div className="pad" role="group" aria-label={t('pad.title')}>
        {moves.map((move) => {
          const key = `${move.command} ${move.direction ?? move.option ?? ''}`;
          const name = move.direction === null ? (move.option ?? move.command) : t(`pad.${move.direction}`);
          return (
            <button
              key={key}
              type="button"
              className={`button pad-button pad-${move.direction ?? 'other'}`}
              aria-label={t('pad.hold', { move: name })}
              aria-pressed={active === key}
              aria-disabled={reason !== null}
              title={reason ?? t('pad.hint')}
              onPointerDown={(event) => onPointerDown(event, move, key)}
              onPointerUp={end}
              onPointerCancel={end}
              onLostPointerCapture={end}
              onContextMenu={(event) => event.preventDefault()}
              onKeyDown={(event) => onKeyDown(event, move, key)}
              onKeyUp={end}
              onBlur={end}
            >
              {move.direction === null ? name : <span aria-hidden="true">{ARROWS[move.direction]}</span>}
              {(move.direction === 'tele' || move.direction === 'wide') && <small>{name}</small>}
            </button>
          );
        })}
      </div>
      <label className="param">
        {t('pad.speed')}
        <input type="range" min={5} max={100} step={5} value={speed} onChange={(event) => setSpeed(event.target.valueAsNumber)} />
      </label>
      <span className="outcome fact-bad" role="alert">
        {problem}
      </span>
    </div>
  );
}
