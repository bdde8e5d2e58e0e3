import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';

import { fetchConferences } from '../../api/console';
import type { Right } from '../../api/console';
import { getJson, problemFrom } from '../../api/http';
import { deleteKey, fetchKeys, makeKey } from '../../api/keys';
import type { MadeKey, ProgramKey } from '../../api/keys';
import type { ConferenceSnapshot } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { keyMap } from '../../keys/store';
import { useKeyMapOf } from '../../keys/useKeyMap';
import { paths } from '../../paths';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { LanguageSwitch } from '../../ui/LanguageSwitch';
import { ThemeSwitch } from '../../ui/ThemeSwitch';
import { saveText } from '../../ui/files';
import { MadeKeyDialog } from './MadeKeyDialog';
import { NewKeyForm } from './NewKeyForm';
import { surfaceFile } from './buttons';

const KEYS = ['programKeys'];

/** 程序密钥: what programs may do in this person's name, and the desk's keys for control surfaces. */
export function KeysPage({ account }: { account: string }) {
  useKeyMapOf(account);
  const { t, problemText, dateText } = useKeyWords();
  const queries = useQueryClient();
  const list = useQuery({ queryKey: KEYS, queryFn: fetchKeys, retry: false });
  const conferences = useQuery({ queryKey: ['conferences'], queryFn: fetchConferences, retry: false });
  const [made, setMade] = useState<MadeKey | null>(null);
  const [asks, setAsks] = useState<ProgramKey | null>(null);
  const again = (): void => void queries.invalidateQueries({ queryKey: KEYS });
  const make = useMutation({
    mutationFn: (asked: { name: string; rights: Right[]; days: number }) => makeKey(asked.name, asked.rights, asked.days),
    onSuccess: setMade,
    onSettled: again,
  });
  const drop = useMutation({ mutationFn: deleteKey, onSettled: again });
  const save = useMutation({
    mutationFn: async (id: string) => {
      const snapshot = await getJson<ConferenceSnapshot>(`/api/conferences/${encodeURIComponent(id)}`);
      saveText(`buttons-${id}.json`, surfaceFile(snapshot, keyMap.getState().keys, location.origin));
    },
  });
  const failed = [list.error, make.error, drop.error, save.error].find((error) => error !== null);
  return (
    <div className="page">
      <header className="top-bar">
        <Link to={paths.home} className="button button-quiet" aria-label={t('nav.home')}>
          ☰
        </Link>
        <h1 className="title">{t('programKeys.title')}</h1>
        <span className="spacer" />
        <ThemeSwitch />
        <LanguageSwitch />
      </header>
      <main className="home">
        {failed !== undefined && (
          <p className="notice notice-bad" role="alert">
            {problemText(problemFrom(failed))}
          </p>
        )}
        <section aria-labelledby="keys-list">
          <h2 id="keys-list">{t('programKeys.mine')}</h2>
          <p className="hint">{t('programKeys.what')}</p>
          {list.data?.keys.length === 0 && <p>{t('programKeys.none')}</p>}
          <ul className="key-list">
            {list.data?.keys.map((one) => (
              <li key={one.id}>
                <b>{one.name}</b>
                <span>{one.rights.map((right) => t(`right.${right}`)).join(' · ')}</span>
                <span className="hint">
                  {t('programKeys.until', { date: dateText(one.expires_at_ms) })} · {one.used_at_ms === null ? t('programKeys.unused') : t('programKeys.used', { date: dateText(one.used_at_ms) })}
                </span>
                <Button look="danger" label={t('programKeys.withdrawLong', { name: one.name })} pending={drop.isPending && drop.variables === one.id} onPress={() => setAsks(one)}>
                  {t('programKeys.withdraw')}
                </Button>
              </li>
            ))}
          </ul>
        </section>
        <section aria-labelledby="keys-new">
          <h2 id="keys-new">{t('programKeys.new')}</h2>
          {list.data !== undefined && <NewKeyForm rights={list.data.rights} pending={make.isPending} onMake={(name, rights, days) => make.mutate({ name, rights, days })} />}
        </section>
        <section aria-labelledby="keys-buttons">
          <h2 id="keys-buttons">{t('programKeys.buttons')}</h2>
          <p className="hint">{t('programKeys.buttonsHint')}</p>
          {conferences.data?.map((one) => (
            <Button key={one.conference} pending={save.isPending && save.variables === one.conference} onPress={() => save.mutate(one.conference)}>
              {t('programKeys.export', { title: one.title })}
            </Button>
          ))}
          {conferences.data?.length === 0 && <p>{t('home.none')}</p>}
        </section>
      </main>
      {made !== null && <MadeKeyDialog made={made} onClose={() => setMade(null)} />}
      {asks !== null && (
        <Dialog title={t('programKeys.withdraw')} onCancel={() => setAsks(null)}>
          <p>{t('programKeys.withdrawAsk', { name: asks.name })}</p>
          <div className="dialog-actions">
            <Button onPress={() => setAsks(null)}>{t('common.cancel')}</Button>
            <Button
              look="danger"
              onPress={() => {
                drop.mutate(asks.id);
                setAsks(null);
              }}
            >
              {t('programKeys.withdraw')}
            </Button>
          </div>
        </Dialog>
      )}
    </div>
  );
}

function useKeyWords() {
  const words = useWords();
  const dateText = (ms: number): string => new Date(ms).toLocaleString(words.language === 'en' ? 'en-GB' : 'zh-CN', { hour12: false });
  return { ...words, dateText };
}
