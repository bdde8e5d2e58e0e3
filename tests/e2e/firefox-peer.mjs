// Firefox publishes a marked picture (VP8) and a tone by WHIP, watches by WHEP, and takes a seat whose pictures it cannot decode.
// A word per line comes on standard input, an answer per line goes out; the end of input ends it.
import { createInterface } from 'node:readline';
import { launch } from './firefox.mjs';
import { installPainter, installReader } from './marker.mjs';
import { assert } from './wait.mjs';

const setting = JSON.parse(process.env.SETTING);
const firefox = await launch(setting.page, setting.tone);

const publish = async ({ whip, token, number }) => {
  const { audio, tracks } = { audio: await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } }), tracks: window.markedCanvas(number, 15) };
  const peer = new RTCPeerConnection();
  const sends = peer.addTransceiver(tracks.getVideoTracks()[0], { direction: 'sendonly', streams: [audio] });
  peer.addTransceiver(audio.getAudioTracks()[0], { direction: 'sendonly', streams: [audio] });
  const offered = window.videoCodecs();
  sends.setCodecPreferences(window.onlyVp8());
  const session = await window.join(peer, whip, token);
  window.publisher = peer;
  return { offered, ...session };
};

/** What went out so far, for the words of a failure. */
const sent = async () => {
  const stats = [...(await window.publisher.getStats()).values()].filter((row) => row.type === 'outbound-rtp' || row.type === 'candidate-pair');
  return { state: window.publisher.connectionState, stats };
};

const watch = async ({ url, token, areas, ms }) => {
  const peer = new RTCPeerConnection();
  const video = document.createElement('video');
  video.muted = true;
  video.setAttribute('aria-label', url);
  document.body.append(video);
  peer.ontrack = ({ track }) => { if (track.kind === 'video') { video.srcObject = new MediaStream([track]); video.play(); } };
  peer.addTransceiver('video', { direction: 'recvonly' }).setCodecPreferences(window.onlyVp8());
  peer.addTransceiver('audio', { direction: 'recvonly' });
  const session = await window.join(peer, url, token);
  const started = performance.now();
  while (video.videoWidth === 0 && performance.now() - started < 15_000) await new Promise((resolve) => setTimeout(resolve, 50));
  const looks = (await window.readMarkers(url, areas, ms)).map((look) => look.markers[0]);
  const stats = [...(await peer.getStats()).values()].filter((row) => row.type === 'inbound-rtp');
  const sound = stats.find((row) => row.kind === 'audio');
  const ended = await fetch(session.location, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });
  peer.close();
  video.remove();
  return { looks, width: video.videoWidth, sound: { packets: sound?.packetsReceived ?? 0, energy: sound?.totalAudioEnergy ?? 0 }, ended: ended.status };
};

function installJoining() {
  window.videoCodecs = () => [...new Set(RTCRtpReceiver.getCapabilities('video').codecs.map((codec) => codec.mimeType))];
  window.onlyVp8 = () => RTCRtpReceiver.getCapabilities('video').codecs.filter((codec) => ['video/VP8', 'video/rtx'].includes(codec.mimeType));
  window.join = async (peer, url, token) => {
    await peer.setLocalDescription();
    const headers = { 'content-type': 'application/sdp', authorization: `Bearer ${token}` };
    const response = await fetch(url, { method: 'POST', headers, body: peer.localDescription.sdp });
    if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
    const [location, etag] = ['location', 'etag'].map((name) => response.headers.get(name));
    await peer.setRemoteDescription({ type: 'answer', sdp: await response.text() });
    return { location, etag };
  };
}

try {
  for (const install of [installReader, installPainter, installJoining]) await firefox.call(install);
  const acts = { publish, sent, watch };
  console.log(JSON.stringify({ version: firefox.version }));
  for await (const line of createInterface({ input: process.stdin })) {
    const { act, ...words } = JSON.parse(line);
    assert(act in acts, `no act ${act}`);
    console.log(JSON.stringify(await firefox.call(acts[act], words)));
  }
} finally {
  await firefox.close();
}
