import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';

import type { Me } from '../../api/console';
import { useWords } from '../../i18n/useWords';
import { useKeyMapOf } from '../../keys/useKeyMap';
import { useKeys } from '../../keys/useKeys';
import { createConference } from '../../live/conference';
import { Button } from '../../ui/Button';
import { ME_KEY } from '../signIn/useMe';
import { DeskContext } from './DeskContext';
import { Wall } from './Wall';

/** 多画面墙 for the second screen: nothing here changes the conference; a site's key marks it for whoever looks. */
export function WallPage({ id, me }: { id: string; me: Me }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const conference = useMemo(() => createConference(id, () => undefined), [id]);
  useEffect(() => conference.connect(() => void queries.invalidateQueries({ queryKey: ME_KEY })), [conference, queries]);
  const [selected, select] = useState<string | null>(null);
  const [fills, setFills] = useState(document.fullscreenElement !== null);
  const title = useStore(conference.store, (state) => state.snapshot?.title);
  const desk = useMemo(() => ({ conference, me, selected, select, listens: false, setListens: () => undefined }), [conference, me, selected]);

  useEffect(() => {
    if (title !== undefined) document.title = t('wallPage.title', { title });
  }, [title, t]);
  useEffect(() => {
    const look = (): void => setFills(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', look);
    return () => document.removeEventListener('fullscreenchange', look);
  }, []);

  useKeyMapOf(me.account);
  useKeys((action) => {
    if (action.act === 'preview') select(conference.store.getState().snapshot?.sites[action.index]?.site ?? null);
    if (action.act === 'cancel') select(null);
    return action.act === 'preview' || action.act === 'cancel';
  }, true);

  return (
    <DeskContext value={desk}>
      <main className="wall-page">
        <Wall />
        {!fills && (
          <div className="wall-page-foot">
            <span className="hint">{t('wallPage.hint')}</span>
            <Button look="quiet" onPress={() => void document.documentElement.requestFullscreen().catch(() => undefined)}>
              {t('wallPage.fill')}
            </Button>
          </div>
        )}
      </main>
    </DeskContext>
  );
}
