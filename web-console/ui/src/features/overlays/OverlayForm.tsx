import type { Overlay } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { SiteOptions } from '../../ui/SiteOptions';
import { useLive } from '../desk/DeskContext';
import { CLASSES } from './overlay';

type Props = { overlay: Overlay; onChange: (overlay: Overlay) => void };

const local = (ms: number): string => new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

function Text({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <label className="tool-field tool-grow">
      {label}
      <input value={value} onChange={(event) => onChange(event.target.value)} />
    </label>
  );
}

function Place({ overlay, onChange }: { overlay: Extract<Overlay, { overlay: 'banner' | 'ticker' }>; onChange: (at: 'top' | 'bottom') => void }) {
  const { t } = useWords();
  return (
    <label className="tool-field">
      {t('overlays.at')}
      <select value={overlay.of.at} onChange={(event) => onChange(event.target.value === 'top' ? 'top' : 'bottom')}>
        <option value="top">{t('overlays.edge.top')}</option>
        <option value="bottom">{t('overlays.edge.bottom')}</option>
      </select>
    </label>
  );
}

function Count({ label, value, min, max, onChange }: { label: string; value: number; min: number; max: number; onChange: (value: number) => void }) {
  const set = (given: number): void => {
    if (Number.isFinite(given)) onChange(Math.round(given));
  };
  return (
    <label className="tool-field">
      {label}
      <input type="number" min={min} max={max} value={value} onChange={(event) => set(event.target.valueAsNumber)} />
    </label>
  );
}

/** The fields of one overlay. */
export function OverlayForm({ overlay, onChange }: Props) {
  const { t, nameOf } = useWords();
  const sites = useLive((state) => state.snapshot?.sites) ?? [];
  switch (overlay.overlay) {
    case 'banner':
      return (
        <>
          <Text label={t('overlays.text')} value={overlay.of.text} onChange={(text) => onChange({ ...overlay, of: { ...overlay.of, text } })} />
          <Place overlay={overlay} onChange={(at) => onChange({ ...overlay, of: { ...overlay.of, at } })} />
        </>
      );
    case 'ticker':
      return (
        <>
          <Text label={t('overlays.text')} value={overlay.of.text} onChange={(text) => onChange({ ...overlay, of: { ...overlay.of, text } })} />
          <Count label={t('overlays.speed')} min={10} max={500} value={overlay.of.speed_px_s} onChange={(speed) => onChange({ ...overlay, of: { ...overlay.of, speed_px_s: speed } })} />
          <Place overlay={overlay} onChange={(at) => onChange({ ...overlay, of: { ...overlay.of, at } })} />
        </>
      );
    case 'lower_third':
      return (
        <>
          <label className="tool-field">
            {t('overlays.preset')}
            <select
              value=""
              onChange={(event) => {
                const site = sites.find((one) => one.site === event.target.value);
                if (site !== undefined) onChange({ ...overlay, of: { ...overlay.of, subtitle: nameOf(site) } });
              }}
            >
              <option value="">{t('overlays.choose')}</option>
              <SiteOptions sites={sites} />
            </select>
          </label>
          <Text label={t('overlays.speaker')} value={overlay.of.title} onChange={(title) => onChange({ ...overlay, of: { ...overlay.of, title } })} />
          <Text label={t('overlays.office')} value={overlay.of.subtitle} onChange={(subtitle) => onChange({ ...overlay, of: { ...overlay.of, subtitle } })} />
        </>
      );
    case 'clock':
      return <Count label={t('overlays.zone')} min={-720} max={840} value={overlay.of.utc_offset_min} onChange={(zone) => onChange({ ...overlay, of: { utc_offset_min: zone } })} />;
    case 'countdown':
      return (
        <>
          <Text label={t('overlays.label')} value={overlay.of.label} onChange={(label) => onChange({ ...overlay, of: { ...overlay.of, label } })} />
          <label className="tool-field">
            {t('overlays.over')}
            <input
              type="datetime-local"
              value={local(overlay.of.until_ms)}
              onChange={(event) => {
                const until = new Date(event.target.value).getTime();
                if (!Number.isNaN(until)) onChange({ ...overlay, of: { ...overlay.of, until_ms: until } });
              }}
            />
          </label>
        </>
      );
    case 'classification':
      return (
        <>
          <Text label={t('overlays.text')} value={overlay.of.text} onChange={(text) => onChange({ ...overlay, of: { text } })} />
          <label className="tool-field">
            {t('overlays.usual')}
            <select
              value=""
              onChange={(event) => {
                if (event.target.value !== '') onChange({ ...overlay, of: { text: event.target.value } });
              }}
            >
              <option value="">{t('overlays.choose')}</option>
              {CLASSES.map((text) => (
                <option key={text}>{text}</option>
              ))}
            </select>
          </label>
        </>
      );
    case 'mark':
      return (
        <label className="tool-field">
          {t('overlays.kind.mark')}
          <select value={overlay.of} onChange={(event) => onChange({ ...overlay, of: event.target.value === 'live' ? 'live' : 'recording' })}>
            <option value="recording">{t('overlays.mark.recording')}</option>
            <option value="live">{t('overlays.mark.live')}</option>
          </select>
        </label>
      );
  }
}
