import { useState } from 'react';

import { problemFrom } from '../../api/http';
import { fetchDocument } from '../../api/pastMeetings';
import type { Document } from '../../api/pastMeetings';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { saveBlob } from '../../ui/files';

const DOCUMENTS: [Document, 'report' | 'rollCall' | 'attendance' | 'timeline'][] = [
  ['report.pdf', 'report'],
  ['roll-call.pdf', 'rollCall'],
  ['attendance.xlsx', 'attendance'],
  ['timeline.csv', 'timeline'],
];

/** Documents made by the server, one at a time. */
export function Exports({ meeting, locked }: { meeting: string; locked: boolean }) {
  const { t, language, problemText } = useWords();
  const [working, setWorking] = useState<Document | null>(null);
  const [told, setTold] = useState<{ text: string; isBad: boolean } | null>(null);
  const save = async (document: Document): Promise<void> => {
    setWorking(document);
    setTold(null);
    try {
      const file = `${meeting}-${document}`;
      saveBlob(file, await fetchDocument(meeting, document, language));
      setTold({ text: t('afterMeeting.export.done', { file }), isBad: false });
    } catch (error) {
      setTold({ text: problemText(problemFrom(error)), isBad: true });
    }
    setWorking(null);
  };
  const reason = locked ? t('afterMeeting.export.locked') : working === null ? null : t('afterMeeting.export.working');
  return (
    <div className="after-exports" role="group" aria-label={t('afterMeeting.export.title')}>
      {DOCUMENTS.map(([document, name]) => (
        <Button key={document} reason={reason} pending={working === document} onPress={() => void save(document)}>
          {t(`afterMeeting.export.${name}`)}
        </Button>
      ))}
      <Button look="quiet" onPress={() => window.print()}>
        {t('afterMeeting.export.print')}
      </Button>
      <span role="status">{working !== null && t('afterMeeting.export.working')}</span>
      <span role={told?.isBad ? 'alert' : 'status'} className={told?.isBad ? 'fact-bad' : undefined}>
        {told?.text}
      </span>
    </div>
  );
}
