import { useEffect, useRef } from 'react';

/** How often the shown stream is compared: it changes only when a connection is made anew. */
const LOOK_MS = 500;

/** Shows the preview's stream a second time: no second connection, no second decoding. */
export function MirrorVideo({ label }: { label: string }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const look = (): void => {
      const source = document.querySelector<HTMLVideoElement>('video[data-monitor="preview"]');
      if (video.current !== null && source !== null && video.current.srcObject !== source.srcObject) video.current.srcObject = source.srcObject;
    };
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  return <video ref={video} className="mirror" autoPlay playsInline muted aria-label={label} />;
}
