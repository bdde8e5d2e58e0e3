import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link, useParams } from 'react-router';

import type { Me } from '../../api/console';
import { problemFrom } from '../../api/http';
import { fetchReport } from '../../api/pastMeetings';
import type { MeetingReport } from '../../api/pastMeetings';
import { useWords } from '../../i18n/useWords';
import { paths } from '../../paths';
import { Button } from '../../ui/Button';
import { AttendanceTable } from './AttendanceTable';
import { Exports } from './Exports';
import { Figures } from './Figures';
import { AdviceList, FaultTable, GapTable, MinutesDraft, OutputTable, PlanTable, RunSheetTable, SpeechTable } from './Tables';
import { Names } from './names';
import { RollCalls } from './RollCalls';
import { Section } from './Section';
import { TimeAxis } from './TimeAxis';
import { Timeline } from './Timeline';

/** How often a running meeting is asked for. */
const REFRESH_MS = 5000;

function Body({ report, me }: { report: MeetingReport; me: Me }) {
  const words = useWords();
  const { t } = words;
  const names = new Names(report, words.language);
  const { meeting } = report;
  return (
    <>
      <div className="after-head">
        <h2>{meeting.title}</h2>
        <span className={`badge after-state-${meeting.state}`}>{t(`afterMeeting.state.${meeting.state}`)}</span>
        <span className="spacer" />
        {meeting.state === 'running' && (
          <Link className="button" to={paths.desk(meeting.conference)}>
            {t('afterMeeting.openDesk')}
          </Link>
        )}
      </div>
      {meeting.state === 'running' && (
        <p className="notice" role="status">
          {t('afterMeeting.stillRunning')}
        </p>
      )}
      {meeting.state === 'lost' && (
        <p className="notice notice-bad" role="status">
          {t('afterMeeting.endUnknown')}
        </p>
      )}
      <Exports meeting={meeting.id} locked={me.locked} />
      <Figures report={report} names={names} />
      <Section part="advice">
        <AdviceList report={report} />
      </Section>
      <Section part="axis">
        <TimeAxis report={report} names={names} />
      </Section>
      <Section part="attendance">
        <AttendanceTable report={report} />
      </Section>
      <Section part="faults">
        <FaultTable report={report} names={names} />
      </Section>
      <Section part="rollCalls">
        <RollCalls report={report} names={names} />
      </Section>
      <Section part="plans">
        <PlanTable report={report} names={names} />
      </Section>
      <Section part="runSheet">
        <RunSheetTable report={report} names={names} />
      </Section>
      <Section part="speeches">
        <SpeechTable report={report} names={names} />
      </Section>
      <Section part="outputs">
        <OutputTable report={report} names={names} />
      </Section>
      <Section part="timeline">
        <Timeline report={report} names={names} />
      </Section>
      {report.gaps.length > 0 && (
        <Section part="gaps">
          <GapTable report={report} names={names} />
        </Section>
      )}
      <Section part="minutes">
        <MinutesDraft report={report} names={names} />
      </Section>
    </>
  );
}

/** 会后 of one meeting. */
export function MeetingPage({ me }: { me: Me }) {
  const { t, problemText } = useWords();
  const { meeting = '' } = useParams();
  const report = useQuery({
    queryKey: ['meeting', meeting],
    queryFn: () => fetchReport(meeting),
    refetchInterval: (query) => (query.state.data?.meeting.state === 'running' ? REFRESH_MS : false),
    refetchOnWindowFocus: false,
    retry: false,
  });
  const title = report.data?.meeting.title;
  useEffect(() => {
    if (title !== undefined) document.title = title;
  }, [title]);
  return (
    <main className="after">
      <Link className="after-link after-back" to={paths.pastMeetings}>
        ← {t('afterMeeting.back')}
      </Link>
      {report.isPending && <p role="status">{t('common.loading')}</p>}
      {report.isError && (
        <div className="notice notice-bad" role="alert">
          <p>
            {t('afterMeeting.loadFailed')}:{problemText(problemFrom(report.error))}
          </p>
          <Button onPress={() => void report.refetch()}>{t('afterMeeting.retry')}</Button>
        </div>
      )}
      {report.data !== undefined && <Body report={report.data} me={me} />}
    </main>
  );
}
