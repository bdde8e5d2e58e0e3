import { useEffect, useState } from 'react';
import { useStore } from 'zustand';

import { chordOfPress, isModifierCode } from '../../keys/chord';
import { isFault, readKeyFile } from '../../keys/keyFile';
import type { FileFault } from '../../keys/keyFile';
import { attempt, attemptDefault, changed, keysOf } from '../../keys/keymap';
import type { Attempt, Changes, Keys } from '../../keys/keymap';
import type { Refusal } from '../../keys/refusals';
import { keyMap, keyMapLibrary } from '../../keys/store';
import type { Library } from '../library/library';
import { useLibrary } from '../library/useLibrary';

/** What was asked for a key and could not simply be done. */
export type Answer = { id: string; chord: string } & ({ kind: 'refused'; why: Refusal } | Extract<Attempt, { kind: 'taken' }>);

export type KeyEditor = {
  library: Library<Changes>;
  /** As wished for: with what is being saved or could not be. */
  changes: Changes;
  keys: Keys;
  isLoaded: boolean;
  isSaving: boolean;
  recording: string | null;
  record: (id: string | null) => void;
  answer: Answer | null;
  dismiss: () => void;
  put: (changes: Changes) => void;
  switchOff: (id: string) => void;
  toDefault: (id: string) => void;
  /** Back to before the latest change; null when there is none. */
  takeBack: (() => void) | null;
  /** What is wrong with the file; null when it was taken. */
  read: (text: string) => FileFault | null;
};

/** Hands the next chord to `onChord`, or null for Escape, for a press elsewhere and when the window loses the keyboard. */
function useRecording(isOn: boolean, onChord: (chord: string | null) => void): void {
  useEffect(() => {
    if (!isOn) return undefined;
    const onKeyDown = (event: KeyboardEvent): void => {
      event.preventDefault();
      event.stopPropagation();
      if (event.repeat || isModifierCode(event.code)) return;
      const chord = chordOfPress(event);
      onChord(chord === 'Escape' ? null : chord);
    };
    const stop = (): void => onChord(null);
    window.addEventListener('keydown', onKeyDown, true);
    window.addEventListener('blur', stop);
    window.addEventListener('pointerdown', stop);
    return () => {
      window.removeEventListener('keydown', onKeyDown, true);
      window.removeEventListener('blur', stop);
      window.removeEventListener('pointerdown', stop);
    };
  });
}

export function useKeyEditor(account: string): KeyEditor {
  const library = keyMapLibrary(account);
  const { isLoaded, pending, failed } = useLibrary(library);
  const confirmed = useStore(keyMap, (state) => state.changes);
  const changes = pending[account]?.value ?? failed[account]?.value ?? confirmed;
  const [recording, setRecording] = useState<string | null>(null);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [before, setBefore] = useState<Changes | null>(null);

  const save = (next: Changes, former: Changes | null): void => {
    setAnswer(null);
    setBefore(former);
    void library.keep(account, next);
  };
  const put = (next: Changes): void => save(next, changes);
  const judge = (id: string, chord: string, result: Attempt): void => {
    if (result.kind === 'done') put(result.changes);
    else setAnswer({ id, chord, ...result });
  };
  useRecording(recording !== null, (chord) => {
    const id = recording;
    setRecording(null);
    if (id !== null && chord !== null) judge(id, chord, attempt(changes, id, chord));
  });
  const keys = keysOf(changes);
  return {
    library,
    changes,
    keys,
    isLoaded,
    isSaving: pending[account] !== undefined,
    recording,
    record: (id) => {
      setAnswer(null);
      setRecording(id);
    },
    answer,
    dismiss: () => setAnswer(null),
    put,
    switchOff: (id) => put(changed(changes, id, '')),
    toDefault: (id) => {
      const result = attemptDefault(changes, id);
      judge(id, keysOf({}).chordOf(id), result);
    },
    takeBack: before === null ? null : () => save(before, null),
    read: (text) => {
      const read = readKeyFile(text);
      if (isFault(read)) return read;
      put(read);
      return null;
    },
  };
}
