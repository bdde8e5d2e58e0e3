import { useEffect, useId, useRef } from 'react';
import type { ReactNode } from 'react';

type Props = { title: string; onCancel: () => void; children: ReactNode; isWide?: boolean };

/** A modal dialog; Escape cancels. */
export function Dialog({ title, onCancel, children, isWide = false }: Props) {
  const titleId = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={isWide ? 'dialog dialog-wide' : 'dialog'}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onCancel();
      }}
    >
      <h2 id={titleId}>{title}</h2>
      {children}
    </dialog>
  );
}
