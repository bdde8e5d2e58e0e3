import { useState } from 'react';

import type { Me } from '../../api/console';
import { problemFrom } from '../../api/http';
import { deleteTemplate } from '../../api/meetings';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { useTemplates } from './useMeetings';

/** The templates there are; they are made from the booking form. */
export function TemplateList({ me }: { me: Me }) {
  const { t, problemText } = useWords();
  const templates = useTemplates();
  const [problem, setProblem] = useState('');
  const reason = me.rights.includes('meeting.book') ? null : t('meetings.noRight');
  const drop = async (name: string): Promise<void> => {
    setProblem('');
    await deleteTemplate(name).catch((error: unknown) => setProblem(problemText(problemFrom(error))));
    await templates.refetch();
  };
  return (
    <section className="meeting-day" aria-labelledby="meeting-templates">
      <h2 id="meeting-templates">{t('meetings.templates')}</h2>
      {templates.isError && <p className="bad-line">{problemText(problemFrom(templates.error))}</p>}
      {templates.data?.length === 0 && <p className="hint-line">{t('meetings.howTemplates')}</p>}
      {problem !== '' && (
        <p className="bad-line" role="alert">
          ✕ {problem}
        </p>
      )}
      <ul className="meeting-list">
        {templates.data?.map((one) => (
          <li key={one.name} className="meeting meeting-template">
            <b className="cut meeting-what">{one.name}</b>
            <small className="soft">{t('meetings.templateIs', { count: one.meeting.sites.length, minutes: one.meeting.planned_min, author: one.author })}</small>
            <Button look="quiet" label={t('meetings.dropTemplate', { name: one.name })} reason={reason} onPress={() => void drop(one.name)}>
              ✕ {t('library.delete')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
