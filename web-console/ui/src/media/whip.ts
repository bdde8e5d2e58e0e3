/** A WHIP client that sends a microphone: opened, and closed by whoever holds it. The console makes the offer known to the MCU, the sound goes there directly. */
import { fetchMediaToken, talkBack } from '../api/console';
import { close, gathered } from './whep';
import type { Session } from './whep';

/** Why nobody can be heard through this page's microphone. */
export class NoMicrophone extends Error {}

/** Until the line stands; a city network takes a second at most. */
const CONNECT_MS = 8000;

async function microphone(): Promise<MediaStream> {
  // Pages that did not come by HTTPS have no such object.
  const devices: MediaDevices | undefined = navigator.mediaDevices;
  if (devices === undefined) throw new NoMicrophone();
  return devices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true } }).catch((error: unknown) => {
    throw new NoMicrophone(String(error));
  });
}

const connected = (peer: RTCPeerConnection): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no line')), CONNECT_MS);
    const check = (): void => {
      if (peer.connectionState === 'connected') resolve();
      else if (peer.connectionState === 'failed' || peer.connectionState === 'closed') reject(new Error('no line'));
      else return;
      clearTimeout(timer);
    };
    peer.addEventListener('connectionstatechange', check);
    check();
  });

/** Speaks into one room until the returned function is called. */
export async function speakTo(mcu: string, conference: string, site: string): Promise<() => void> {
  const stream = await microphone();
  const peer = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  const session: Session = { peer, resource: null, token: '' };
  const stop = (): void => {
    for (const track of stream.getTracks()) track.stop();
    close(session);
  };
  try {
    for (const track of stream.getAudioTracks()) peer.addTransceiver(track, { direction: 'sendonly', streams: [stream] });
    await peer.setLocalDescription(await peer.createOffer());
    await gathered(peer);
    session.token = await fetchMediaToken();
    const { sdp, location } = await talkBack(conference, site, peer.localDescription?.sdp ?? '');
    session.resource = new URL(location, `${mcu}/`).href;
    await peer.setRemoteDescription({ type: 'answer', sdp });
    await connected(peer);
    return stop;
  } catch (error) {
    stop();
    throw error;
  }
}
