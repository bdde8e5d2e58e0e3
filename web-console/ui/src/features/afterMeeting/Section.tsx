import { useId } from 'react';
import type { ReactNode } from 'react';

import { useWords } from '../../i18n/useWords';

type Part =
  | 'advice'
  | 'axis'
  | 'attendance'
  | 'faults'
  | 'rollCalls'
  | 'plans'
  | 'runSheet'
  | 'speeches'
  | 'outputs'
  | 'timeline'
  | 'gaps'
  | 'minutes';

/** One part of the page under its heading. */
export function Section({ part, children }: { part: Part; children: ReactNode }) {
  const { t } = useWords();
  const id = useId();
  return (
    <section className="panel after-section" aria-labelledby={id}>
      <h3 id={id}>{t(`afterMeeting.part.${part}`)}</h3>
      {children}
    </section>
  );
}
