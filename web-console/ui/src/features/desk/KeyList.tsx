import { useState } from 'react';

import { useWords } from '../../i18n/useWords';
import { SITE_CODES, siteKeyCap } from '../../keys/keymap';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { useLive } from './DeskContext';
import { readCharacterKeys, writeCharacterKeys } from './characterKeys';
import { siteNames } from './words';

export function KeyList({ onClose }: { onClose: () => void }) {
  const words = useWords();
  const { t } = words;
  const snapshot = useLive((state) => state.snapshot);
  const names = siteNames(snapshot, words);
  const [isOn, setIsOn] = useState(readCharacterKeys);
  const rows = [
    ['1 … 0 - = `', t('keys.preview')],
    ['Shift + 1 …', t('keys.selectView')],
    ['Ctrl + Alt + 1 …', t('keys.mic')],
    ['Ctrl + Enter', t('keys.cut')],
    ['Ctrl + Shift + Enter, Num +', t('keys.fade')],
    ['Backspace', t('keys.previous')],
    ['Ctrl + Z', t('keys.undo')],
    ['Ctrl + Shift + Z', t('keys.redo')],
    ['Ctrl + Alt + M', t('keys.muteAll')],
    ['Ctrl + Alt + J', t('keys.listen')],
    ['Ctrl + Alt + Q', t('keys.queue')],
    ['Ctrl + Alt + G', t('keys.grantNext')],
    ['Ctrl + Alt + P', t('keys.polling')],
    ['Ctrl + Alt + R', t('keys.rollCall')],
    ['Y X ← →', t('keys.rollCallKeys')],
    ['Ctrl + Alt + U / B / E / N', t('keys.panels')],
    ['← → ↑ ↓ Home End', t('keys.wall')],
    ['← → Home End', t('keys.tabs')],
    ['Esc', t('keys.cancel')],
    ['Shift + /', t('keys.list')],
  ];
  return (
    <Dialog title={t('keys.title')} onCancel={onClose}>
      <table className="key-table">
        <tbody>
          {rows.map(([key, text]) => (
            <tr key={key}>
              <th scope="row">
                <kbd>{key}</kbd>
              </th>
              <td>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="key-sites">
        {(snapshot?.sites ?? []).slice(0, SITE_CODES.length).map((site, index) => (
          <span key={site.site}>
            <kbd>{siteKeyCap(index)}</kbd> {names(site.site)}
          </span>
        ))}
      </p>
      <label className="check">
        <input
          type="checkbox"
          checked={isOn}
          onChange={(event) => {
            setIsOn(event.target.checked);
            writeCharacterKeys(event.target.checked);
          }}
        />
        {t('keys.characterKeys')}
      </label>
      <div className="dialog-actions">
        <Button look="primary" onPress={onClose}>
          {t('common.close')}
        </Button>
      </div>
    </Dialog>
  );
}
