import { useId } from 'react';
import type { ReactNode } from 'react';

export type ButtonLook = 'plain' | 'primary' | 'air' | 'preview' | 'danger' | 'quiet';

type Props = {
  children: ReactNode;
  onPress: () => void;
  look?: ButtonLook;
  /** Why it cannot be used; null when it can. A control is never hidden for that. */
  reason?: string | null;
  pending?: boolean;
  pressed?: boolean;
  /** Name for screen readers when the content is not enough. */
  label?: string;
  /** Key that does the same, shown beside the text. */
  keyCap?: string;
};

export function Button({ children, onPress, look = 'plain', reason = null, pending = false, pressed, label, keyCap }: Props) {
  const reasonId = useId();
  return (
    <button
      type="button"
      className={`button button-${look}${pending ? ' is-pending' : ''}`}
      aria-disabled={reason !== null}
      aria-pressed={pressed}
      aria-label={label}
      aria-describedby={reason === null ? undefined : reasonId}
      aria-busy={pending}
      title={reason ?? undefined}
      onClick={reason === null ? onPress : undefined}
    >
      {children}
      {keyCap !== undefined && (
        <kbd className="key-cap" aria-hidden="true">
          {keyCap}
        </kbd>
      )}
      {reason !== null && (
        <span id={reasonId} className="visually-hidden">
          {reason}
        </span>
      )}
    </button>
  );
}
