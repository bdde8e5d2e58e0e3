import { useState } from 'react';

import type { Audience, Picture } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { SiteOptions } from '../../ui/SiteOptions';
import { useDesk, useLive } from '../desk/DeskContext';
import { useReasons } from '../desk/useReasons';
import { pictureWords, siteNames } from '../desk/words';
import { useOwnLayouts, useShippedLayouts } from '../layouts/Templates';
import { RecordAndLive } from './RecordAndLive';
import { choiceOfSite, pictureOfChoice } from './choice';

const AUDIENCES: readonly Audience[] = ['hall_screen', 'record', 'live'];
const FIELD = { hall_screen: 'hall_screen', record: 'record_picture', live: 'live_picture' } as const;

/** What the hall's screen, the recording and the live stream show, each for itself. */
export function OutputsPanel() {
  const words = useWords();
  const { t } = words;
  const { conference } = useDesk();
  const reasons = useReasons();
  const snapshot = useLive((state) => state.snapshot);
  const pending = useLive((state) => state.pending);
  const own = useOwnLayouts();
  const shipped = useShippedLayouts();
  const [choices, setChoices] = useState<Partial<Record<Audience, string>>>({});
  if (snapshot === null) return <p className="hint-line">{t('reason.noState')}</p>;
  const layouts = [...own, ...shipped];
  const names = siteNames(snapshot, words);
  const said = (picture: Picture | null | undefined): string => (picture ? pictureWords(t, picture, names) : t('outputs.follows'));
  return (
    <div className="tool-body">
      <ul className="tool-list">
        {AUDIENCES.map((audience) => {
          const name = t(`outputs.audience.${audience}`);
          const choice = choices[audience] ?? '';
          const picture = pictureOfChoice(choice, snapshot.preview ?? null, layouts);
          const isPending = pending.some((one) => one.command.cmd === 'set_output' && one.command.args.audience === audience);
          const send = (next: Picture | null): void => conference.send({ cmd: 'set_output', args: { audience, picture: next } });
          return (
            <li key={audience} className="overlay-row" aria-label={name}>
              <p>
                <b>{name}</b> {said(snapshot.output[FIELD[audience]])}
              </p>
              <div className="tool-row">
                <label className="tool-field tool-grow">
                  {t('outputs.choose', { name })}
                  <select value={choice} onChange={(event) => setChoices({ ...choices, [audience]: event.target.value })}>
                    <option value="">{t('outputs.chooseOne')}</option>
                    <option value="preview">{t('outputs.preview', { picture: pictureWords(t, snapshot.preview, names) })}</option>
                    <SiteOptions sites={snapshot.sites} choice={choiceOfSite} />
                    {layouts.map((layout) => (
                      <option key={layout.name} value={`layout:${layout.name}`}>
                        {t('picture.layout', { name: layout.name })}
                      </option>
                    ))}
                  </select>
                </label>
                <Button label={`${t('outputs.apply')} ${name}`} reason={reasons('set_output') ?? (picture === null ? t('outputs.chooseOne') : null)} pending={isPending} onPress={() => send(picture)}>
                  {t('outputs.apply')}
                </Button>
                <Button label={`${t('outputs.toProgram')} ${name}`} reason={reasons('set_output') ?? (snapshot.output[FIELD[audience]] ? null : t('outputs.follows'))} pending={isPending} onPress={() => send(null)}>
                  {t('outputs.toProgram')}
                </Button>
              </div>
            </li>
          );
        })}
      </ul>
      <RecordAndLive output={snapshot.output} />
    </div>
  );
}
