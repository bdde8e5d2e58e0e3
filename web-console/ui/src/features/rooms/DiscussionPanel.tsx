import { useState } from 'react';

import type { DiscussionAct, DiscussionSeat, DiscussionSnapshot, RoomSnapshot, RoomStatus } from '../../api/rooms';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { spanText } from '../../ui/clock';
import { useWallNow } from '../../ui/useNow';
import { AskOutcome } from './AskOutcome';
import { textIn, useRooms } from './RoomsContext';
import { useAsk } from './useAsk';
import type { Ask } from './useAsk';
import { useControlReason } from './useControlReason';
import { VotePanel } from './VotePanel';

type SeatProps = { seat: DiscussionSeat; asked: Ask; reason: string | null; limitS: number | null; nowMs: number };

function discuss(asked: Ask, what: DiscussionAct): void {
  void asked.ask({ ask: 'discuss', what });
}

/** How long a seat speaks, against the limit. */
function Speech({ sinceMs, limitS, nowMs }: { sinceMs: number; limitS: number | null; nowMs: number }) {
  const { t } = useWords();
  const spoken = Math.max(0, nowMs - sinceMs);
  if (limitS === null) return <span>{spanText(spoken)}</span>;
  const left = limitS * 1000 - spoken;
  return (
    <span className={left < 0 ? 'fact-bad' : ''}>
      {spanText(spoken)} · {left < 0 ? t('discussion.over_time', { span: spanText(-left) }) : t('discussion.left', { span: spanText(left) })}
    </span>
  );
}

function Seat({ seat, asked, reason, limitS, nowMs }: SeatProps) {
  const { t, language } = useWords();
  const name = textIn(language, seat.name);
  const { seat: number } = seat;
  const said = (): string => {
    if (seat.is_lost) return `✕ ${t('discussion.lost')}`;
    if (seat.wanted === true) return `◌ ${t('discussion.opening')}`;
    if (seat.wanted === false) return `◌ ${t('discussion.closing')}`;
    return typeof seat.open === 'boolean' ? '' : `? ${t('discussion.unknown')}`;
  };
  const isOpen = seat.open === true;
  return (
    <li className={`delegate ${isOpen ? 'is-speaking' : ''} ${typeof seat.wanted === 'boolean' ? 'is-pending' : ''}`}>
      <span className="number">{typeof seat.place === 'number' ? seat.place : ''}</span>
      <span className="delegate-name">
        {name}
        {seat.is_chair && <small> {t('discussion.chair')}</small>}
      </span>
      <span className="delegate-state">
        {isOpen && typeof seat.speaking_since_ms === 'number' && <Speech sinceMs={seat.speaking_since_ms} limitS={limitS} nowMs={nowMs} />} {said()}
      </span>
      {isOpen ? (
        <Button reason={reason} label={t('discussion.closeLong', { seat: name })} onPress={() => discuss(asked, { act: 'close', seat: number })}>
          {t('discussion.close')}
        </Button>
      ) : (
        <>
          <Button look="primary" reason={reason} label={t('discussion.grantLong', { seat: name })} onPress={() => discuss(asked, { act: 'grant', seat: number })}>
            {t('discussion.grant')}
          </Button>
          {typeof seat.place === 'number' ? (
            <Button reason={reason} label={t('discussion.withdrawLong', { seat: name })} onPress={() => discuss(asked, { act: 'withdraw', seat: number })}>
              {t('discussion.withdraw')}
            </Button>
          ) : (
            <Button reason={reason} label={t('discussion.requestLong', { seat: name })} onPress={() => discuss(asked, { act: 'request', seat: number })}>
              {t('discussion.request')}
            </Button>
          )}
        </>
      )}
    </li>
  );
}

/** Who decides, how many speak, how long, and whether the camera follows. */
function Settings({ discussion, asked, reason }: { discussion: DiscussionSnapshot; asked: Ask; reason: string | null }) {
  const { t } = useWords();
  const [minutes, setMinutes] = useState<string | null>(null);
  const limit = discussion.speech_limit_s ?? null;
  const send = (): void => {
    const wanted = minutes === null ? Number.NaN : Number(minutes);
    setMinutes(null);
    if (minutes === '') discuss(asked, { act: 'set_speech_limit', seconds: null });
    else if (wanted > 0) discuss(asked, { act: 'set_speech_limit', seconds: Math.round(wanted * 60) });
  };
  const { follows } = discussion;
  return (
    <div className="command-buttons">
      <label className="param">
        {t('discussion.mode')}
        <select
          disabled={reason !== null}
          title={reason ?? undefined}
          value={discussion.mode ?? ''}
          onChange={(event) => {
            const mode = discussion.modes.find((one) => one === event.target.value);
            if (mode !== undefined) discuss(asked, { act: 'set_mode', mode });
          }}
        >
          {typeof discussion.mode !== 'string' && <option value="">{t('discussion.unknownMode')}</option>}
          {discussion.modes.map((mode) => (
            <option key={mode} value={mode}>
              {t(`discussion.modes.${mode}`)}
            </option>
          ))}
        </select>
      </label>
      <label className="param">
        {t('discussion.limit')}
        <input
          type="number"
          min={1}
          max={120}
          disabled={reason !== null}
          value={minutes ?? (limit === null ? '' : String(limit / 60))}
          onChange={(event) => setMinutes(event.target.value)}
          onBlur={() => {
            if (minutes !== null) send();
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') send();
            if (event.key === 'Escape') setMinutes(null);
          }}
        />
      </label>
      {typeof follows === 'boolean' && (
        <Button reason={reason} pressed={follows} onPress={() => discuss(asked, { act: 'follow', on: !follows })}>
          {follows ? t('discussion.followOn') : t('discussion.followOff')}
        </Button>
      )}
      {typeof discussion.max_open === 'number' && <span className="fact">{t('discussion.maxOpen', { count: discussion.max_open })}</span>}
    </div>
  );
}

/** The room's discussion: speakers first, then who waits in order, then the others. */
export function DiscussionPanel({ status, snapshot, discussion }: { status: RoomStatus; snapshot: RoomSnapshot; discussion: DiscussionSnapshot }) {
  const { t, language } = useWords();
  const asked = useAsk(status.room);
  const offset = useRooms((state) => state.clockOffsetMs);
  const nowMs = useWallNow(1000) + offset;
  const device = snapshot.devices.find((one) => one.device === discussion.device);
  const reason = useControlReason(status, device);
  const speaking = discussion.seats.filter((seat) => seat.open === true);
  const waiting = discussion.seats.filter((seat) => seat.open !== true && typeof seat.place === 'number').toSorted((one, other) => (one.place ?? 0) - (other.place ?? 0));
  const others = discussion.seats.filter((seat) => !speaking.includes(seat) && !waiting.includes(seat));
  const limitS = discussion.speech_limit_s ?? null;
  const row = (seat: DiscussionSeat) => <Seat key={seat.seat} seat={seat} asked={asked} reason={reason} limitS={limitS} nowMs={nowMs} />;
  return (
    <section className="panel discussion" aria-label={t('discussion.title')}>
      <h2>
        {t('discussion.title')}
        {device !== undefined && <small> {textIn(language, device.name)}</small>}
      </h2>
      <Settings discussion={discussion} asked={asked} reason={reason} />
      <div className="command-buttons">
        <Button look="primary" reason={reason ?? (waiting.length === 0 ? t('discussion.noQueue') : null)} onPress={() => discuss(asked, { act: 'next' })}>
          {t('discussion.next')}
        </Button>
        <Button look="danger" reason={reason} onPress={() => discuss(asked, { act: 'all_off' })}>
          {t('discussion.allOff')}
        </Button>
        <Button reason={reason ?? (waiting.length === 0 ? t('discussion.noQueue') : null)} onPress={() => discuss(asked, { act: 'clear_requests' })}>
          {t('discussion.clear')}
        </Button>
        <AskOutcome asked={asked} />
      </div>
      <h3>{speaking.length === 0 ? t('discussion.nobodySpeaks') : t('discussion.speaking')}</h3>
      <ul className="delegates">{speaking.map(row)}</ul>
      <h3>{waiting.length === 0 ? t('discussion.nobodyWaits') : t('discussion.queue')}</h3>
      <ol className="delegates">{waiting.map(row)}</ol>
      <ul className="delegates delegates-others">{others.map(row)}</ul>
      <VotePanel vote={discussion.vote ?? null} asked={asked} reason={reason} />
    </section>
  );
}
