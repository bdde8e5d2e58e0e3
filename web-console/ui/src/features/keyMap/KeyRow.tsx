import { useWords } from '../../i18n/useWords';
import type { KeyDefinition } from '../../keys/actions';
import { longCap } from '../../keys/chord';
import { Button } from '../../ui/Button';
import { actionWords, nameOfAction, refusalWords } from './keyWords';
import type { Answer, KeyEditor } from './useKeyEditor';

type Props = { definition: KeyDefinition; editor: KeyEditor; reason: string | null; sites: readonly string[] };

/** Why the chord could not be taken, and what can be done instead. */
function AnswerLine({ answer, editor, name, sites }: { answer: Answer; editor: KeyEditor; name: string; sites: readonly string[] }) {
  const { t } = useWords();
  if (answer.kind === 'refused') {
    return (
      <p className="key-answer bad-line" role="alert">
        ✕ {refusalWords(t, answer.chord, answer.why)}
      </p>
    );
  }
  const other = nameOfAction(t, answer.by, sites);
  const given = longCap(editor.keys.chordOf(answer.id));
  const noSwap = answer.swapped !== null ? null : given === '' || answer.why === null ? t('keyMap.nothingToSwap', { name }) : t('keyMap.cannotSwap', { other, chord: given, why: t(`keyMap.why.${answer.why}`) });
  return (
    <div className="key-answer" role="alert">
      <p className="bad-line">✕ {t('keyMap.taken', { chord: longCap(answer.chord), other })}</p>
      <p className="key-buttons">
        <Button look="primary" reason={noSwap} label={t('keyMap.swapLong', { name, other })} onPress={() => answer.swapped !== null && editor.put(answer.swapped)}>
          {t('keyMap.swap')}
        </Button>
        <Button label={t('keyMap.takeLong', { name, other })} onPress={() => editor.put(answer.taken)}>
          {t('keyMap.take')}
        </Button>
        <Button look="quiet" onPress={editor.dismiss}>
          {t('common.cancel')}
        </Button>
        {noSwap !== null && <small className="hint-line">{noSwap}</small>}
      </p>
    </div>
  );
}

/** One action: its key, a place to press another, off, as it was made. */
export function KeyRow({ definition, editor, reason, sites }: Props) {
  const { t } = useWords();
  const { id, chord: made, isFixed } = definition;
  const name = actionWords(t, definition, sites);
  const chord = editor.keys.chordOf(id);
  const isRecording = editor.recording === id;
  const isChanged = chord !== made;
  const cannot = isFixed ? t('keyMap.fixed') : reason;
  const asMade = made === '' ? t('keyMap.none') : longCap(made);
  return (
    <li className="key-row" data-action={id} aria-label={name}>
      <span className="key-name">{name}</span>
      <span className="key-chord">
        {isRecording ? <b className="key-recording">{t('keyMap.press')}</b> : chord === '' ? <span className="soft">{t('keyMap.none')}</span> : <kbd>{longCap(chord)}</kbd>}
        {isChanged && <small className="key-changed">● {t('keyMap.changed')}</small>}
      </span>
      <span className="key-buttons">
        <Button pressed={isRecording} reason={cannot} label={t('keyMap.recordLong', { name })} onPress={() => editor.record(isRecording ? null : id)}>
          {t('keyMap.record')}
        </Button>
        <Button look="quiet" reason={cannot ?? (chord === '' ? t('keyMap.isOff') : null)} label={t('keyMap.offLong', { name })} onPress={() => editor.switchOff(id)}>
          {t('keyMap.off')}
        </Button>
        <Button look="quiet" reason={cannot ?? (isChanged ? null : t('keyMap.isDefault'))} label={t('keyMap.defaultLong', { name, chord: asMade })} onPress={() => editor.toDefault(id)}>
          {t('keyMap.default')}
        </Button>
      </span>
      {isRecording && (
        <p className="key-answer" role="status">
          {t('keyMap.pressLong', { name })}
        </p>
      )}
      {editor.answer?.id === id && <AnswerLine answer={editor.answer} editor={editor} name={name} sites={sites} />}
    </li>
  );
}
