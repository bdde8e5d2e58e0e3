import { useState } from 'react';
import { useStore } from 'zustand';

import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { decline, oldValues, upload } from './fromBrowser';
import type { Old } from './fromBrowser';
import type { Library } from './library';

const asNamed = (name: string): string => name;

/** What is being saved, what could not be and why, and what still lies in this browser. */
export function LibraryBar<T>({ library, old, titleOf = asNamed }: { library: Library<T>; old?: Old<T>; titleOf?: (name: string) => string }) {
  const { t, problemText } = useWords();
  const { pending, failed, problem, isLoaded } = useStore(library.store);
  const [offered, setOffered] = useState(() => (old === undefined ? 0 : oldValues(old).length));
  const [told, setTold] = useState('');
  const send = async (): Promise<void> => {
    if (old === undefined) return;
    setOffered(0);
    const { done, left } = await upload(old, library);
    setTold(left === 0 ? `✓ ${t('library.uploaded', { count: done })}` : `▲ ${t('library.uploadedPartly', { count: done, left })}`);
  };
  const saving = Object.keys(pending);
  return (
    <div className="library-bar" role="status">
      {problem !== null && (
        <p className="bad-line">
          ✕ {t('library.unread')} {problemText(problem)} <Button onPress={() => void library.load()}>{t('pending.retry')}</Button>
        </p>
      )}
      {!isLoaded && problem === null && <p className="hint-line">{t('common.loading')}</p>}
      {saving.length > 0 && <p className="is-pending library-line">{t('library.saving', { names: saving.map(titleOf).join('、') })}</p>}
      {Object.entries(failed).map(([name, wish]) => (
        <p key={name} className="bad-line library-line">
          <span className="tool-grow">
            ✕ {t(wish.value === null ? 'library.notDeleted' : 'library.notSaved', { name: titleOf(name) })} {problemText(wish.problem)}
          </span>
          <Button label={t('library.retryLong', { name: titleOf(name) })} onPress={() => void library.retry(name)}>
            {t(wish.problem.code === 'console.library.stale' ? 'library.overwrite' : 'pending.retry')}
          </Button>
          <Button look="quiet" label={t('library.forgetLong', { name: titleOf(name) })} onPress={() => library.forget(name)}>
            {t('library.forget')}
          </Button>
        </p>
      ))}
      {offered > 0 && old !== undefined && (
        <p className="library-line">
          <span className="tool-grow">{t('library.inBrowser', { count: offered })}</span>
          <Button look="primary" onPress={() => void send()}>
            {t('library.upload')}
          </Button>
          <Button
            look="quiet"
            onPress={() => {
              decline(old);
              setOffered(0);
            }}
          >
            {t('library.decline')}
          </Button>
        </p>
      )}
      {told !== '' && <p>{told}</p>}
    </div>
  );
}
