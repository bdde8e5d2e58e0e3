import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';

import { signOut } from '../../api/console';
import type { Me } from '../../api/console';
import type { KeyAction } from '../../keys/actions';
import { useKeyMapOf } from '../../keys/useKeyMap';
import { useKeys } from '../../keys/useKeys';
import { createConference } from '../../live/conference';
import type { Conference } from '../../live/conference';
import { ME_KEY } from '../signIn/useMe';
import { ActionBar } from './ActionBar';
import { DeskContext } from './DeskContext';
import { DelayedActs } from './DelayedActs';
import { EventStrip } from './EventStrip';
import { KeyList } from './KeyList';
import { Monitor } from './Monitor';
import { ConfirmDialog, LockBar, Notices } from './Notices';
import { TakeBar } from './TakeBar';
import { TopBar } from './TopBar';
import { Wall } from './Wall';
import { readCharacterKeys, watchCharacterKeys } from './characterKeys';
import { commandOfKey } from './commands';
import { openPanel } from './tools/openPanel';
import { ToolPanel } from './tools/ToolPanel';

/** Problem codes that say something about the session. */
const SESSION_CODES = new Set(['console.session.missing', 'console.session.locked']);

/** The live desk of one conference. */
export function DeskPage({ id, me }: { id: string; me: Me }) {
  const queries = useQueryClient();
  const conference = useMemo(
    () =>
      createConference(id, (code) => {
        if (SESSION_CODES.has(code)) void queries.invalidateQueries({ queryKey: ME_KEY });
      }),
    [id, queries],
  );
  useEffect(() => conference.connect(() => void queries.invalidateQueries({ queryKey: ME_KEY })), [conference, queries]);
  return <Desk key={id} conference={conference} me={me} />;
}

function Desk({ conference, me }: { conference: Conference; me: Me }) {
  const queries = useQueryClient();
  const [selected, select] = useState<string | null>(null);
  const [listens, setListens] = useState(false);
  const [dialog, setDialog] = useState<'keys' | null>(null);
  const characterKeys = useSyncExternalStore(watchCharacterKeys, readCharacterKeys);
  const title = useStore(conference.store, (state) => state.snapshot?.title);
  const isRehearsal = useStore(conference.store, (state) => state.snapshot?.rehearsal === true);
  const desk = useMemo(() => ({ conference, me, selected, select, listens, setListens }), [conference, me, selected, listens]);

  useEffect(() => {
    if (title !== undefined) document.title = title;
  }, [title]);

  useKeyMapOf(me.account);
  useKeys((action: KeyAction) => {
    // The panel itself listens to those while it is open.
    if (action.act === 'roll_call') return false;
    if (action.act === 'help') setDialog('keys');
    if (action.act === 'panel') openPanel(action.id);
    if (action.act === 'cancel') {
      select(null);
      setListens(false);
    }
    if (action.act === 'listen') setListens(!listens && selected !== null);
    const { snapshot } = conference.store.getState();
    const command = snapshot === null ? null : commandOfKey(action, snapshot);
    if (command !== null) conference.send(command);
    return true;
  }, characterKeys);

  const leave = async (): Promise<void> => {
    await signOut().catch(() => undefined);
    queries.setQueryData(ME_KEY, null);
  };

  return (
    <DeskContext value={desk}>
      <div className={isRehearsal ? 'desk desk-rehearsal' : 'desk'}>
        <TopBar onSignOut={() => void leave()} />
        <main className="desk-main">
          <div className="desk-monitors">
            <Monitor monitor="preview" />
            <Monitor monitor="program" />
            <TakeBar />
          </div>
          <div className="desk-wall">
            <Wall />
            <ActionBar />
          </div>
          <ToolPanel />
          <EventStrip />
        </main>
        {me.locked && <LockBar onUnlocked={(unlocked) => queries.setQueryData(ME_KEY, unlocked)} />}
        <div className="desk-notices">
          <DelayedActs />
          <Notices />
        </div>
        <ConfirmDialog />
        {dialog === 'keys' && <KeyList onClose={() => setDialog(null)} />}
      </div>
    </DeskContext>
  );
}
