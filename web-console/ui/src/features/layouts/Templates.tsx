import { useQuery } from '@tanstack/react-query';

import { fetchLayouts } from '../../api/console';
import type { Layout } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { LibraryBar } from '../library/LibraryBar';
import { useLibrary } from '../library/useLibrary';
import { LayoutIcon } from './LayoutIcon';
import { emptyLayout } from './edit';
import { dropLayout, layoutLibrary, oldLayouts } from './storage';

const NONE: Layout[] = [];

export const useOwnLayouts = (): Layout[] => useLibrary(layoutLibrary).values;

export function useShippedLayouts(): Layout[] {
  return useQuery({ queryKey: ['layouts'], queryFn: fetchLayouts, staleTime: Infinity }).data?.layouts ?? NONE;
}

/** What a layout can be begun from: nothing, those shipped with the MCU, one's own. */
export function Templates({ onLoad }: { onLoad: (layout: Layout) => void }) {
  const { t } = useWords();
  const shipped = useQuery({ queryKey: ['layouts'], queryFn: fetchLayouts, staleTime: Infinity });
  const own = useOwnLayouts();
  return (
    <nav className="edit-templates" aria-label={t('layoutEditor.templates')}>
      <h3>{t('layoutEditor.templates')}</h3>
      <Button onPress={() => onLoad(emptyLayout(t('layoutEditor.newName')))}>{t('layoutEditor.empty')}</Button>
      {(shipped.data?.layouts ?? []).map((layout) => (
        <Button key={layout.name} label={t('layoutEditor.startFrom', { name: layout.name })} onPress={() => onLoad(layout)}>
          <LayoutIcon layout={layout} /> {layout.name}
        </Button>
      ))}
      {shipped.isError && <p className="fact fact-bad">{t('builder.noLayouts')}</p>}
      <h3>{t('layoutEditor.own')}</h3>
      <LibraryBar library={layoutLibrary} old={oldLayouts} />
      {own.length === 0 && <p className="hint-line">{t('layoutEditor.noOwn')}</p>}
      {own.map((layout) => (
        <span key={layout.name} className="edit-own">
          <Button label={t('layoutEditor.startFrom', { name: layout.name })} onPress={() => onLoad(layout)}>
            <LayoutIcon layout={layout} /> <span className="cut">{layout.name}</span>
          </Button>
          <Button look="quiet" label={t('layoutEditor.drop', { name: layout.name })} onPress={() => void dropLayout(layout.name)}>
            ✕
          </Button>
        </span>
      ))}
    </nav>
  );
}
