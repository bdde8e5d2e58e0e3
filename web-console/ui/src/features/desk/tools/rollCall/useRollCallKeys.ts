import { useEffect, useRef } from 'react';

import { readCharacterKeys } from '../../characterKeys';

export type RollCallKey = 'normal' | 'no_answer' | 'previous' | 'next';

const KEYS: Record<string, RollCallKey> = { KeyY: 'normal', KeyX: 'no_answer', ArrowLeft: 'previous', ArrowRight: 'next' };

/** Where arrows belong to somebody else. */
const OWN_ARROWS = '[role="listbox"], [role="tab"]';

/** Y, X and the arrows while the panel is open; not while typing, not in dialogs. Y and X can be switched off with the other character keys. */
export function useRollCallKeys(onKey: (key: RollCallKey) => void): void {
  const handler = useRef(onKey);
  useEffect(() => {
    handler.current = onKey;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const key = KEYS[event.code];
      if (key === undefined || event.ctrlKey || event.altKey || event.shiftKey || event.metaKey || event.isComposing || event.repeat) return;
      const { target } = event;
      if (target instanceof HTMLElement && target.closest('input, select, textarea, dialog') !== null) return;
      if (document.querySelector('dialog[open]') !== null) return;
      const isArrow = key === 'previous' || key === 'next';
      if (isArrow && target instanceof HTMLElement && target.closest(OWN_ARROWS) !== null) return;
      if (!isArrow && !readCharacterKeys()) return;
      event.preventDefault();
      handler.current(key);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}
