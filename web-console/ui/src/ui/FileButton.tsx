import { useRef } from 'react';

import { Button } from './Button';

type Props = { children: string; accept: string; onFile: (file: File) => void; reason?: string | null };

/** A button that asks for a file. */
export function FileButton({ children, accept, onFile, reason = null }: Props) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button reason={reason} onPress={() => input.current?.click()}>
        {children}
      </Button>
      <input
        ref={input}
        type="file"
        accept={accept}
        hidden
        aria-label={children}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file !== undefined) onFile(file);
        }}
      />
    </>
  );
}
