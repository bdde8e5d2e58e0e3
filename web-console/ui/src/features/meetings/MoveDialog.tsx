import { useState } from 'react';

import { changeBooking } from '../../api/meetings';
import type { Booking, BookingList, Occurrence } from '../../api/meetings';
import { problemFrom } from '../../api/http';
import type { Problem } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { CheckResult } from './CheckResult';
import { withException } from './draft';
import { clockOf, dayOf } from './time';
import { useCheck } from './useCheck';

type Props = { booking: Booking; occurrence: Occurrence; list: BookingList; onDone: (told: string) => void; onClose: () => void };

/** One of a series at another time; the others stay. */
export function MoveDialog({ booking, occurrence, list, onDone, onClose }: Props) {
  const { t, problemText } = useWords();
  const zone = list.time_zone;
  const [date, setDate] = useState(dayOf(occurrence.starts_at_ms, zone));
  const [time, setTime] = useState(clockOf(occurrence.starts_at_ms, zone));
  const [problem, setProblem] = useState<Problem | null>(null);
  const body = withException(booking.booking, occurrence.slot, `${date}T${time}`);
  const checked = useCheck(body, booking.id);
  const save = async (): Promise<void> => {
    try {
      await changeBooking(booking.id, body, booking.rev);
      onDone(t('meetings.moved', { title: booking.booking.meeting.title, at: `${date} ${time}` }));
    } catch (error) {
      setProblem(problemFrom(error));
    }
  };
  const reason = checked.problem !== null ? problemText(checked.problem) : checked.answer !== null && checked.answer.clashes.length > 0 ? t('meetings.notFree') : null;
  return (
    <Dialog title={t('meetings.moveTitle', { title: booking.booking.meeting.title, day: occurrence.slot })} onCancel={onClose}>
      <div className="tool-row">
        <label className="tool-field">
          {t('meetings.field.date')}
          <input type="date" value={date} onChange={(event) => event.target.value !== '' && setDate(event.target.value)} />
        </label>
        <label className="tool-field">
          {t('meetings.field.time')}
          <input type="time" value={time} onChange={(event) => event.target.value !== '' && setTime(event.target.value)} />
        </label>
      </div>
      <CheckResult
        checked={checked}
        sites={list.sites}
        zone={zone}
        onMove={(atMs) => {
          setDate(dayOf(atMs, zone));
          setTime(clockOf(atMs, zone));
        }}
      />
      {problem !== null && (
        <p className="bad-line" role="alert">
          ✕ {problemText(problem)}
        </p>
      )}
      <div className="dialog-actions">
        <Button onPress={onClose}>{t('common.cancel')}</Button>
        <Button look="primary" reason={reason} onPress={() => void save()}>
          {t('meetings.move')}
        </Button>
      </div>
    </Dialog>
  );
}
