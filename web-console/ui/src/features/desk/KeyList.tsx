import { Suspense, lazy, useState, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';

import { useWords } from '../../i18n/useWords';
import { DEFINITIONS } from '../../keys/actions';
import { longCap } from '../../keys/chord';
import { keyMap } from '../../keys/store';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { actionWords } from '../keyMap/keyWords';
import { useDesk, useLive } from './DeskContext';
import { readCharacterKeys, watchCharacterKeys, writeCharacterKeys } from './characterKeys';

const KeyMapEditor = lazy(async () => ({ default: (await import('../keyMap/KeyMapEditor')).KeyMapEditor }));

const SITE_ACTS = ['preview', 'select_view', 'mic'] as const;
const isSites = (group: string): boolean => SITE_ACTS.some((one) => one === group);

/** Every key as this account has it; actions without a key are left to the map's own page. */
function Lists() {
  const { t } = useWords();
  const keys = useStore(keyMap, (state) => state.keys);
  const rows = DEFINITIONS.filter((one) => !isSites(one.group)).flatMap((one) => {
    const cap = longCap(keys.chordOf(one.id));
    return cap === '' ? [] : [{ id: one.id, cap, text: actionWords(t, one) }];
  });
  return (
    <table className="key-table">
      <tbody>
        {rows.map(({ id, cap, text }) => (
          <tr key={id}>
            <th scope="row">
              <kbd>{cap}</kbd>
            </th>
            <td>{text}</td>
          </tr>
        ))}
        <tr>
          <th scope="row">
            <kbd>← → ↑ ↓ Home End</kbd>
          </th>
          <td>{t('keys.wall')}</td>
        </tr>
        <tr>
          <th scope="row">
            <kbd>← → Home End</kbd>
          </th>
          <td>{t('keys.tabs')}</td>
        </tr>
      </tbody>
    </table>
  );
}

/** Keys of the sites, in site order. */
function SiteKeys({ names }: { names: readonly string[] }) {
  const { t } = useWords();
  const keys = useStore(keyMap, (state) => state.keys);
  const definitions = DEFINITIONS.filter((one) => one.group === 'preview');
  return (
    <table className="key-table key-site-table">
      <thead>
        <tr>
          <th scope="col">{t('rollCall.site')}</th>
          {SITE_ACTS.map((act) => (
            <th key={act} scope="col">
              {t(`keyMap.group.${act}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {definitions.map(({ id }, index) => (
          <tr key={id}>
            <th scope="row">{names[index] ?? t('keyMap.site', { number: index + 1 })}</th>
            {SITE_ACTS.map((act) => {
              const cap = longCap(keys.chordOf(`${act}.${index + 1}`));
              return <td key={act}>{cap === '' ? t('keyMap.none') : <kbd>{cap}</kbd>}</td>;
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** 快捷键: the keys in use, and the place to change them. */
export function KeyList({ onClose }: { onClose: () => void }) {
  const { t, nameOf } = useWords();
  const { me } = useDesk();
  const snapshot = useLive((state) => state.snapshot);
  const [isChanging, setIsChanging] = useState(false);
  const isOn = useSyncExternalStore(watchCharacterKeys, readCharacterKeys);
  const names = (snapshot?.sites ?? []).map(nameOf);
  return (
    <Dialog title={t(isChanging ? 'keyMap.title' : 'keys.title')} onCancel={onClose} isWide>
      {isChanging ? (
        <Suspense fallback={<p>{t('common.loading')}</p>}>
          <KeyMapEditor account={me.account} isLocked={me.locked} sites={names} />
        </Suspense>
      ) : (
        <>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- It scrolls, and has nothing inside that could take the keyboard. */}
          <div className="key-lists" role="group" tabIndex={0} aria-label={t('keys.title')}>
            <Lists />
            <SiteKeys names={names} />
          </div>
          <label className="check">
            <input type="checkbox" checked={isOn} onChange={(event) => writeCharacterKeys(event.target.checked)} />
            {t('keys.characterKeys')}
          </label>
        </>
      )}
      <div className="dialog-actions">
        <Button onPress={() => setIsChanging(!isChanging)}>{t(isChanging ? 'keyMap.toList' : 'keyMap.open')}</Button>
        <Button look="primary" onPress={onClose}>
          {t('common.close')}
        </Button>
      </div>
    </Dialog>
  );
}
