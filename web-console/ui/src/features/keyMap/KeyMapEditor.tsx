import { useState, useSyncExternalStore } from 'react';

import { useWords } from '../../i18n/useWords';
import { DEFINITIONS, GROUPS } from '../../keys/actions';
import { writeKeyFile } from '../../keys/keyFile';
import type { FileFault } from '../../keys/keyFile';
import { Button } from '../../ui/Button';
import { FileButton } from '../../ui/FileButton';
import { saveText } from '../../ui/files';
import { readCharacterKeys, watchCharacterKeys, writeCharacterKeys } from '../desk/characterKeys';
import { LibraryBar } from '../library/LibraryBar';
import { KeyRow } from './KeyRow';
import { faultWords } from './keyWords';
import { useKeyEditor } from './useKeyEditor';
import './keyMap.css';

type Props = { account: string; isLocked: boolean; sites?: readonly string[] };

const NO_NAMES: readonly string[] = [];

/** The account's keys: every action with its key, changed by pressing another; saved at once, with a way back. */
export function KeyMapEditor({ account, isLocked, sites = NO_NAMES }: Props) {
  const { t } = useWords();
  const editor = useKeyEditor(account);
  const characterKeys = useSyncExternalStore(watchCharacterKeys, readCharacterKeys);
  const [fault, setFault] = useState<FileFault | null>(null);
  const reason = isLocked ? t('reason.locked') : !editor.isLoaded ? t('keyMap.notLoaded') : editor.isSaving ? t('keyMap.saving') : null;
  const read = async (file: File): Promise<void> => setFault(editor.read(await file.text()));
  const isMade = Object.keys(editor.changes).length === 0;
  return (
    <div className="key-map">
      <p className="hint-line">{t('keyMap.what')}</p>
      <div className="key-tools">
        <Button reason={reason ?? (isMade ? t('keyMap.isDefault') : null)} onPress={() => editor.put({})}>
          {t('keyMap.allDefault')}
        </Button>
        <Button reason={reason ?? (editor.takeBack === null ? t('reason.nothingToUndo') : null)} onPress={() => editor.takeBack?.()}>
          {t('keyMap.takeBack')}
        </Button>
        <Button onPress={() => saveText(`key-map-${account}.json`, writeKeyFile(editor.changes))}>{t('keyMap.export')}</Button>
        <FileButton accept=".json,application/json" reason={reason} onFile={(file) => void read(file)}>
          {t('keyMap.import')}
        </FileButton>
        <label className="check">
          <input type="checkbox" checked={characterKeys} onChange={(event) => writeCharacterKeys(event.target.checked)} />
          {t('keys.characterKeys')}
        </label>
      </div>
      <LibraryBar library={editor.library} titleOf={(name) => t('keyMap.mapOf', { account: name })} />
      {!editor.isLoaded && <p className="hint-line">{t('keyMap.keptHere')}</p>}
      {fault !== null && (
        <p className="bad-line" role="alert">
          ✕ {faultWords(t, fault)}
        </p>
      )}
      <div className="key-groups">
        {GROUPS.map((group) => (
          <section key={group} aria-label={t(`keyMap.group.${group}`)}>
            <h3>{t(`keyMap.group.${group}`)}</h3>
            <ul>
              {DEFINITIONS.filter((one) => one.group === group).map((one) => (
                <KeyRow key={one.id} definition={one} editor={editor} reason={reason} sites={sites} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </div>
  );
}
