import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { cancelBooking, changeBooking } from '../../api/meetings';
import type { Booking, BookingBody, Occurrence } from '../../api/meetings';
import type { Me } from '../../api/console';
import { problemFrom } from '../../api/http';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { useWallNow } from '../../ui/useNow';
import { BookingForm } from './BookingForm';
import { DayList } from './DayList';
import { MoveDialog } from './MoveDialog';
import { TemplateList } from './TemplateList';
import { draftOf, emptyDraft, withException } from './draft';
import type { Draft } from './draft';
import { clockOf, dayAfter, dayOf, dayStart } from './time';
import { BOOKINGS_KEY, useBookings } from './useMeetings';

/** Until the server says so. */
const ZONE = 'Asia/Shanghai';
const HOUR_MS = 3_600_000;

type Told = { text: string; undo?: () => Promise<void> };
type Opened = { kind: 'form'; draft: Draft; booking: Booking | null } | { kind: 'move'; booking: Booking; occurrence: Occurrence };

/** 会务: what is held when, by day, today first. */
export function MeetingsPage({ me }: { me: Me }) {
  const { t, problemText } = useWords();
  const queries = useQueryClient();
  const now = useWallNow(30_000);
  const [zone, setZone] = useState(ZONE);
  const [isWeek, setIsWeek] = useState(true);
  const [shift, setShift] = useState(0);
  const [opened, setOpened] = useState<Opened | null>(null);
  const [told, setTold] = useState<Told | null>(null);
  const days = isWeek ? 7 : 1;
  const today = dayOf(now, zone);
  const first = dayAfter(today, shift * days);
  const bookings = useBookings(dayStart(first, zone), dayStart(dayAfter(first, days), zone));
  const list = bookings.data;
  if (list !== undefined && list.time_zone !== zone) setZone(list.time_zone);
  const reload = (): void => void queries.invalidateQueries({ queryKey: BOOKINGS_KEY });
  const done = (text: string, undo?: () => Promise<void>): void => {
    setOpened(null);
    setTold(undo === undefined ? { text: `✓ ${text}` } : { text: `✓ ${text}`, undo });
    reload();
  };
  const attempt = async (act: () => Promise<void>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      setTold({ text: `✕ ${problemText(problemFrom(error))}` });
      reload();
    }
  };
  const restore = async (id: string, body: BookingBody, rev: number): Promise<void> => {
    await changeBooking(id, body, rev);
    done(t('meetings.restored', { title: body.meeting.title }));
  };
  const acts = {
    onEdit: (booking: Booking) => setOpened({ kind: 'form', draft: draftOf(booking.booking), booking }),
    onMove: (booking: Booking, occurrence: Occurrence) => setOpened({ kind: 'move', booking, occurrence }),
    onCancelOne: ({ id, rev, booking }: Booking, { slot }: Occurrence) =>
      void attempt(async () => {
        const after = await changeBooking(id, withException(booking, slot, null), rev);
        done(t('meetings.cancelledOne', { title: booking.meeting.title, day: slot }), () => restore(id, booking, after.rev));
      }),
    onCancelAll: ({ id, rev, booking }: Booking) =>
      void attempt(async () => {
        const after = await cancelBooking(id, rev);
        done(t('meetings.cancelled', { title: booking.meeting.title }), () => restore(id, booking, after?.rev ?? rev + 1));
      }),
  };
  const noRight = me.rights.includes('meeting.book') ? (me.locked ? t('reason.locked') : null) : t('meetings.noRight');
  const noSites = list?.sites.length === 0 ? t('meetings.noSites') : null;
  const startNew = (): void => {
    const at = Math.ceil((now + HOUR_MS / 2) / (HOUR_MS / 2)) * (HOUR_MS / 2);
    setOpened({ kind: 'form', draft: emptyDraft((list?.sites ?? []).map((one) => one.site), shift === 0 ? dayOf(at, zone) : first, clockOf(at, zone)), booking: null });
  };
  return (
    <main className="meetings">
      <div className="tool-row meetings-head">
        <Button look="primary" reason={noRight ?? (list === undefined ? t('common.loading') : noSites)} onPress={startNew}>
          ＋ {t('meetings.new')}
        </Button>
        <span className="spacer" />
        <Button onPress={() => setShift(shift - 1)}>← {t('meetings.earlier')}</Button>
        <Button pressed={shift === 0} onPress={() => setShift(0)}>
          {t('meetings.today')}
        </Button>
        <Button onPress={() => setShift(shift + 1)}>{t('meetings.later')} →</Button>
        <Button pressed={isWeek} onPress={() => setIsWeek(true)}>
          {t('meetings.week')}
        </Button>
        <Button pressed={!isWeek} onPress={() => setIsWeek(false)}>
          {t('meetings.day')}
        </Button>
      </div>
      <div role="status">
        {told !== null && (
          <p className="notice">
            <span>{told.text}</span>
            {told.undo !== undefined && <Button onPress={() => void attempt(told.undo ?? (() => Promise.resolve()))}>{t('meetings.undo')}</Button>}
            <Button look="quiet" onPress={() => setTold(null)}>
              {t('common.close')}
            </Button>
          </p>
        )}
      </div>
      {bookings.isError && (
        <p className="notice notice-bad" role="alert">
          {problemText(problemFrom(bookings.error))}
        </p>
      )}
      {noSites !== null && <p className="notice">▲ {noSites}</p>}
      {list === undefined && !bookings.isError && <p>{t('common.loading')}</p>}
      {list !== undefined && Array.from({ length: days }, (_, index) => dayAfter(first, index)).map((day) => <DayList key={day} day={day} isToday={day === today} list={list} me={me} acts={acts} />)}
      <TemplateList me={me} />
      {opened?.kind === 'form' && list !== undefined && <BookingForm initial={opened.draft} booking={opened.booking} list={list} onDone={done} onClose={() => setOpened(null)} />}
      {opened?.kind === 'move' && list !== undefined && <MoveDialog booking={opened.booking} occurrence={opened.occurrence} list={list} onDone={done} onClose={() => setOpened(null)} />}
    </main>
  );
}
