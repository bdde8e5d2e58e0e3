import { useState } from 'react';

import type { MadeKey } from '../../api/keys';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';

/** The new key, shown this once. */
export function MadeKeyDialog({ made, onClose }: { made: MadeKey; onClose: () => void }) {
  const { t } = useWords();
  const [copied, setCopied] = useState<'yes' | 'no' | null>(null);
  const copy = (): void => {
    navigator.clipboard.writeText(made.key).then(
      () => setCopied('yes'),
      () => setCopied('no'),
    );
  };
  return (
    <Dialog title={t('programKeys.made', { name: made.name })} onCancel={onClose}>
      <p>{t('programKeys.once')}</p>
      <input className="key-text" readOnly value={made.key} aria-label={t('programKeys.key')} onFocus={(event) => event.target.select()} />
      <p role="status">{copied === null ? '' : t(copied === 'yes' ? 'programKeys.copied' : 'programKeys.notCopied')}</p>
      <div className="dialog-actions">
        <Button look="primary" onPress={copy}>
          {t('programKeys.copy')}
        </Button>
        <Button onPress={onClose}>{t('common.close')}</Button>
      </div>
    </Dialog>
  );
}
