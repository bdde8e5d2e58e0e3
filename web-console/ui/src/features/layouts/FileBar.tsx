import type { Layout } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { FileButton } from '../../ui/FileButton';
import { saveText } from '../../ui/files';
import { keepLayouts, layoutsText, ownLayouts, parseLayouts } from './storage';

type Props = { layout: Layout; wrong: string | null; onLoad: (layout: Layout) => void; onTold: (text: string) => void };

/** Saving in the library, and carrying as a file. */
export function FileBar({ layout, wrong, onLoad, onTold }: Props) {
  const { t } = useWords();
  const take = async (file: File): Promise<void> => {
    const layouts = parseLayouts(await file.text());
    const [first] = layouts ?? [];
    if (layouts === null || first === undefined) {
      onTold(`✕ ${t('layoutEditor.badFile', { file: file.name })}`);
      return;
    }
    onLoad(first);
    // Why it was refused stands beside the own layouts.
    if (await keepLayouts(layouts)) onTold(`✓ ${t('layoutEditor.imported', { count: layouts.length })}`);
  };
  return (
    <>
      <Button
        reason={wrong}
        onPress={() => {
          onTold('');
          void keepLayouts([layout]).then((kept) => kept && onTold(`✓ ${t('layoutEditor.saved', { name: layout.name })}`));
        }}
      >
        {t('layoutEditor.save')}
      </Button>
      <Button onPress={() => saveText('layouts.json', layoutsText([...ownLayouts().filter((one) => one.name !== layout.name), layout]))}>{t('layoutEditor.export')}</Button>
      <FileButton accept=".json,application/json" onFile={(file) => void take(file)}>
        {t('layoutEditor.import')}
      </FileButton>
    </>
  );
}
