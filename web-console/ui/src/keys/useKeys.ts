import { useEffect, useRef } from 'react';

import { actionOf, isCharacterKey } from './keymap';
import type { KeyAction } from './keymap';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

/** Hands the desk's key presses to `onAction`; nothing while typing or while a dialog is open. */
export function useKeys(onAction: (action: KeyAction) => void, characterKeys: boolean): void {
  const handler = useRef(onAction);
  useEffect(() => {
    handler.current = onAction;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const action = actionOf(event);
      if (action === null || isTyping(event.target) || document.querySelector('dialog[open]') !== null) return;
      if (!characterKeys && isCharacterKey(action)) return;
      event.preventDefault();
      handler.current(action);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [characterKeys]);
}
