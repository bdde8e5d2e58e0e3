import { useSyncExternalStore } from 'react';

import { useWords } from '../i18n/useWords';
import { Button } from './Button';
import { readTheme, watchTheme, writeTheme } from './theme';

/** Names the other theme. */
export function ThemeSwitch() {
  const { t } = useWords();
  const theme = useSyncExternalStore(watchTheme, readTheme);
  const other = theme === 'day' ? 'dark' : 'day';
  return (
    <Button look="quiet" label={t('theme.to', { theme: t(`theme.${other}`) })} onPress={() => writeTheme(other)}>
      {t(`theme.${other}`)}
    </Button>
  );
}
