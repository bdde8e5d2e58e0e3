import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';

import type { Me } from '../../api/console';
import { problemFrom } from '../../api/http';
import { meetNow } from '../../api/meetings';
import { useWords } from '../../i18n/useWords';
import { paths } from '../../paths';
import '../../styles/meetings.css';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { useWallNow } from '../../ui/useNow';
import { DayList } from './DayList';
import { dayAfter, dayOf, dayStart } from './time';
import { BOOKINGS_KEY, useBookings, useTemplates } from './useMeetings';

const ZONE = 'Asia/Shanghai';
/** Random enough that two people do not choose the same: 64 bits in base 16. */
const freshId = (): string => [...crypto.getRandomValues(new Uint8Array(8))].map((one) => one.toString(16).padStart(2, '0')).join('');

/** 今日: what is held today, and a meeting at once in two clicks. */
export function TodayMeetings({ me }: { me: Me }) {
  const { t, problemText } = useWords();
  const queries = useQueryClient();
  const now = useWallNow(30_000);
  const [zone, setZone] = useState(ZONE);
  const [isAsking, setIsAsking] = useState(false);
  const [told, setTold] = useState('');
  const [pending, setPending] = useState('');
  // The same click again after a lost answer is the same meeting.
  const [requestId, setRequestId] = useState(freshId);
  const today = dayOf(now, zone);
  const bookings = useBookings(dayStart(today, zone), dayStart(dayAfter(today, 1), zone));
  const templates = useTemplates();
  const list = bookings.data;
  if (list !== undefined && list.time_zone !== zone) setZone(list.time_zone);
  const begin = async (name: string): Promise<void> => {
    setPending(name);
    try {
      await meetNow(name, requestId);
      setRequestId(freshId());
      setIsAsking(false);
      setTold(`✓ ${t('meetings.begun', { title: name })}`);
      void queries.invalidateQueries({ queryKey: BOOKINGS_KEY });
    } catch (error) {
      setTold(`✕ ${problemText(problemFrom(error))}`);
    }
    setPending('');
  };
  const noRight = me.rights.includes('meeting.book') ? (me.locked ? t('reason.locked') : null) : t('meetings.noRight');
  return (
    <section aria-label={t('meetings.title')}>
      <div className="tool-row">
        <Button
          look="primary"
          reason={noRight}
          onPress={() => {
            setTold('');
            setIsAsking(true);
          }}
        >
          ▶ {t('meetings.now')}
        </Button>
        <Link className="button" to={paths.meetings}>
          {t('meetings.all')}
        </Link>
        <span role="status">{!isAsking && told}</span>
      </div>
      {bookings.isError && <p className="notice notice-bad">{problemText(problemFrom(bookings.error))}</p>}
      {list !== undefined && <DayList day={today} isToday list={list} me={me} />}
      {isAsking && (
        <Dialog title={t('meetings.nowTitle')} onCancel={() => setIsAsking(false)}>
          <p>{t('meetings.nowHow')}</p>
          {templates.isError && <p className="bad-line">{problemText(problemFrom(templates.error))}</p>}
          {templates.data?.length === 0 && <p className="hint-line">{t('meetings.howTemplates')}</p>}
          <div className="meeting-templates">
            {templates.data?.map((one) => (
              <Button key={one.name} look="primary" pending={pending === one.name} reason={pending !== '' && pending !== one.name ? t('meetings.beginning') : null} onPress={() => void begin(one.name)}>
                {one.name} · {t('meetings.sitesShort', { count: one.meeting.sites.length })}
              </Button>
            ))}
          </div>
          {told !== '' && (
            <p className="bad-line" role="alert">
              {told}
            </p>
          )}
          <div className="dialog-actions">
            <Button onPress={() => setIsAsking(false)}>{t('common.cancel')}</Button>
          </div>
        </Dialog>
      )}
    </section>
  );
}
