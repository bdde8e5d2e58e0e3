import { useState } from 'react';

import { problemFrom } from '../../api/http';
import { changeBooking, createBooking, putTemplate } from '../../api/meetings';
import type { Booking, BookingList, Meeting } from '../../api/meetings';
import type { Problem } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { CheckResult } from './CheckResult';
import { PreparedFields } from './PreparedFields';
import { RecurrenceFields } from './RecurrenceFields';
import { SiteChecklist } from './SiteChecklist';
import { bodyOf } from './draft';
import type { Draft } from './draft';
import { clockOf, dayOf } from './time';
import { useCheck } from './useCheck';
import { useTemplates } from './useMeetings';

type Props = { initial: Draft; booking: Booking | null; list: BookingList; onDone: (told: string) => void; onClose: () => void };

/** A meeting to be booked or changed: when, where, how often, with what. */
export function BookingForm({ initial, booking, list, onDone, onClose }: Props) {
  const { t, problemText } = useWords();
  const [draft, setDraft] = useState(initial);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isPending, setIsPending] = useState(false);
  const [told, setTold] = useState('');
  const templates = useTemplates();
  const { meeting } = draft;
  const zone = list.time_zone;
  const isUntitled = meeting.title.trim() === '';
  // Sites are marked before there is a title.
  const checked = useCheck(bodyOf(isUntitled ? { ...draft, meeting: { ...meeting, title: '…' } } : draft), booking?.id ?? null);
  const put = (more: Partial<Draft>): void => setDraft({ ...draft, ...more });
  const set = (more: Partial<Meeting>): void => put({ meeting: { ...meeting, ...more } });
  const reason = isUntitled ? t('meetings.needsTitle') : checked.problem !== null ? problemText(checked.problem) : checked.answer !== null && checked.answer.clashes.length > 0 ? t('meetings.notFree') : null;
  const attempt = async (act: () => Promise<void>): Promise<void> => {
    setIsPending(true);
    setProblem(null);
    try {
      await act();
    } catch (error) {
      setProblem(problemFrom(error));
    }
    setIsPending(false);
  };
  const save = (): void =>
    void attempt(async () => {
      if (booking === null) await createBooking(bodyOf(draft));
      else await changeBooking(booking.id, bodyOf(draft), booking.rev);
      onDone(t('meetings.saved', { title: meeting.title }));
    });
  const saveTemplate = (): void =>
    void attempt(async () => {
      const name = meeting.title.trim();
      await putTemplate(name, meeting, templates.data?.find((one) => one.name === name)?.rev ?? 0);
      await templates.refetch();
      setTold(`✓ ${t('meetings.templateSaved', { name })}`);
    });
  return (
    <Dialog title={t(booking === null ? 'meetings.new' : 'meetings.editTitle')} onCancel={onClose} isWide>
      <div className="meeting-form">
        <div className="tool-row">
          <label className="tool-field tool-grow">
            {t('meetings.field.title')}
            <input value={meeting.title} onChange={(event) => set({ title: event.target.value })} />
          </label>
          <label className="tool-field">
            {t('meetings.fromTemplate')}
            <select
              value=""
              onChange={(event) => {
                const found = templates.data?.find((one) => one.name === event.target.value);
                if (found !== undefined) put({ meeting: found.meeting });
              }}
            >
              <option value="">{templates.data?.length === 0 ? t('meetings.noTemplates') : t('meetings.chooseTemplate')}</option>
              {templates.data?.map((one) => (
                <option key={one.name}>{one.name}</option>
              ))}
            </select>
          </label>
        </div>
        <div className="tool-row">
          <label className="tool-field">
            {t('meetings.field.date')}
            <input type="date" value={draft.date} required onChange={(event) => event.target.value !== '' && put({ date: event.target.value })} />
          </label>
          <label className="tool-field">
            {t('meetings.field.time')}
            <input type="time" value={draft.time} required onChange={(event) => event.target.value !== '' && put({ time: event.target.value })} />
          </label>
          <label className="tool-field">
            {t('meetings.field.minutes')}
            <input type="number" min={1} max={2880} step={5} value={meeting.planned_min} onChange={(event) => set({ planned_min: event.target.valueAsNumber || 1 })} />
          </label>
          <p className="hint-line">{t('meetings.zone', { zone })}</p>
        </div>
        <RecurrenceFields draft={draft} onChange={put} />
        <SiteChecklist meeting={meeting} sites={list.sites} marks={checked.answer?.marks ?? []} zone={zone} onChange={(next) => put({ meeting: next })} />
        <PreparedFields meeting={meeting} callBefore={list.call_before_min} onChange={set} />
        {draft.exceptions.length > 0 && (
          <p className="hint-line">
            {t('meetings.exceptions', { count: draft.exceptions.length })} <Button onPress={() => put({ exceptions: [] })}>{t('meetings.dropExceptions')}</Button>
          </p>
        )}
        <CheckResult checked={checked} sites={list.sites} zone={zone} onMove={(atMs) => put({ date: dayOf(atMs, zone), time: clockOf(atMs, zone) })} />
        {problem !== null && (
          <p className="bad-line" role="alert">
            ✕ {problemText(problem)}
          </p>
        )}
      </div>
      <div className="dialog-actions">
        <span className="tool-grow" role="status">
          {told}
        </span>
        <Button reason={isUntitled ? t('meetings.needsTitle') : null} onPress={saveTemplate}>
          {t('meetings.saveTemplate')}
        </Button>
        <Button onPress={onClose}>{t('common.cancel')}</Button>
        <Button look="primary" reason={reason} pending={isPending} onPress={save}>
          {t(booking === null ? 'meetings.book' : 'library.save')}
        </Button>
      </div>
    </Dialog>
  );
}
