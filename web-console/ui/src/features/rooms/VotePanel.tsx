import { useState } from 'react';

import type { Vote } from '../../api/rooms';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import type { Ask } from './useAsk';

const CHOICES = ['yes', 'no', 'abstain'] as const;
type Count = Record<(typeof CHOICES)[number], number>;

function Open({ asked, reason }: { asked: Ask; reason: string | null }) {
  const { t } = useWords();
  const [title, setTitle] = useState('');
  return (
    <div className="command-buttons">
      <label className="param">
        {t('discussion.voteTitle')}
        <input maxLength={60} value={title} onChange={(event) => setTitle(event.target.value)} />
      </label>
      <Button
        reason={reason ?? (title.trim() === '' ? t('discussion.needTitle') : null)}
        onPress={() => {
          void asked.ask({ ask: 'discuss', what: { act: 'open_vote', title } });
          setTitle('');
        }}
      >
        {t('discussion.openVote')}
      </Button>
    </div>
  );
}

/** Hands are counted here, by whoever sits in the room. */
function Counting({ vote, asked, reason }: { vote: Vote; asked: Ask; reason: string | null }) {
  const { t } = useWords();
  const [draft, setDraft] = useState<Count | null>(null);
  const shown: Count = draft ?? { yes: vote.yes, no: vote.no, abstain: vote.abstain };
  const count = async (): Promise<void> => {
    await asked.ask({ ask: 'discuss', what: { act: 'count_vote', ...shown } });
    setDraft(null);
  };
  return (
    <div className="command-buttons">
      <strong>{vote.title}</strong>
      {CHOICES.map((choice) => (
        <label key={choice} className="param">
          {t(`discussion.${choice}`)}
          <input
            type="number"
            min={0}
            max={9999}
            value={shown[choice]}
            onChange={(event) => setDraft({ ...shown, [choice]: Math.min(9999, Math.max(0, Math.trunc(Number(event.target.value)))) })}
          />
        </label>
      ))}
      <Button reason={reason} onPress={() => void count()}>
        {t('discussion.count')}
      </Button>
      <Button
        look="primary"
        reason={reason}
        onPress={() => {
          void (async () => {
            await count();
            await asked.ask({ ask: 'discuss', what: { act: 'close_vote' } });
          })();
        }}
      >
        {t('discussion.closeVote')}
      </Button>
    </div>
  );
}

export function VotePanel({ vote, asked, reason }: { vote: Vote | null; asked: Ask; reason: string | null }) {
  const { t } = useWords();
  const isOpen = vote !== null && typeof vote.closed_at_ms !== 'number';
  return (
    <section aria-label={t('discussion.vote')}>
      <h3>{t('discussion.vote')}</h3>
      {vote !== null && !isOpen && <p>{t('discussion.result', { title: vote.title, yes: vote.yes, no: vote.no, abstain: vote.abstain })}</p>}
      {isOpen ? <Counting vote={vote} asked={asked} reason={reason} /> : <Open asked={asked} reason={reason} />}
    </section>
  );
}
