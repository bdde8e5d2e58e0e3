import { useEffect, useRef } from 'react';

import type { KeyAction } from './actions';
import { actionOf, typesCharacter } from './keymap';
import { keyMap } from './store';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

/** Hands the desk's key presses to `onAction`, which says whether it took them; nothing while typing or while a dialog is open. */
export function useKeys(onAction: (action: KeyAction) => boolean, characterKeys: boolean): void {
  const handler = useRef(onAction);
  useEffect(() => {
    handler.current = onAction;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const action = actionOf(keyMap.getState().keys, event);
      if (action === null || isTyping(event.target) || document.querySelector('dialog[open]') !== null) return;
      if (!characterKeys && typesCharacter(event)) return;
      if (handler.current(action)) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [characterKeys]);
}
