// Chromium publishes its (fake) camera by WHIP in three simulcast layers, and sees itself on the program when put on air.
import { assert, launch, setting, until } from './browser.mjs';

const browser = await launch();
try {
  const context = await browser.newContext({ permissions: ['camera', 'microphone'] });
  const page = await context.newPage();
  // The MCU's own origin: the console forbids its pages the camera.
  await page.goto(setting.page);
  await page.evaluate(async ({ whip, token }) => {
    const media = await navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 720, frameRate: 15 }, audio: true });
    const peer = new RTCPeerConnection();
    const sendEncodings = [{ rid: 'h' }, { rid: 'm', scaleResolutionDownBy: 2 }, { rid: 'l', scaleResolutionDownBy: 4 }];
    peer.addTransceiver(media.getVideoTracks()[0], { direction: 'sendonly', sendEncodings });
    peer.addTransceiver(media.getAudioTracks()[0], { direction: 'sendonly' });
    await peer.setLocalDescription();
    const response = await fetch(whip, { method: 'POST', headers: { 'content-type': 'application/sdp', authorization: `Bearer ${token}` }, body: peer.localDescription.sdp });
    if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
    await peer.setRemoteDescription({ type: 'answer', sdp: await response.text() });
    window.publisher = peer;
  }, setting);
  const layers = await until('three layers sent', 40_000, async () => {
    const sent = await page.evaluate(async () => {
      const stats = [...(await window.publisher.getStats()).values()];
      return stats.filter((row) => row.type === 'outbound-rtp' && row.kind === 'video').map((row) => ({ rid: row.rid, frames: row.framesSent, width: row.frameWidth, codec: row.codecId }));
    });
    return ['h', 'm', 'l'].every((rid) => sent.some((row) => row.rid === rid && row.frames > 10)) ? sent : null;
  });
  console.log(`layers sent: ${layers.map((row) => `${row.rid} ${row.width}`).join(', ')}`);
  const snapshot = await until('the MCU to have its picture', 20_000, async () => {
    const response = await fetch(setting.snapshot, { headers: { authorization: `Bearer ${setting.viewer}` } });
    const site = (await response.json()).sites.find((one) => one.site === setting.site);
    return site.picture && site.sound && site.bit_rate_bps > 0 ? site : null;
  });
  console.log(`the MCU receives ${Math.round(snapshot.bit_rate_bps / 1000)} kbit/s`);
  const wide = await page.evaluate(async ({ whep, viewer }) => {
    const peer = new RTCPeerConnection();
    window.watcher = peer;
    const video = document.createElement('video');
    video.muted = true;
    peer.ontrack = (event) => { if (event.track.kind === 'video') { video.srcObject = event.streams[0] ?? new MediaStream([event.track]); video.play(); } };
    peer.addTransceiver('video', { direction: 'recvonly' });
    await peer.setLocalDescription();
    const response = await fetch(whep, { method: 'POST', headers: { 'content-type': 'application/sdp', authorization: `Bearer ${viewer}` }, body: peer.localDescription.sdp });
    await peer.setRemoteDescription({ type: 'answer', sdp: await response.text() });
    const started = performance.now();
    while (performance.now() - started < 30_000) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      if (video.videoWidth >= 1280 && video.getVideoPlaybackQuality().totalVideoFrames > 20) return video.videoWidth;
    }
    return video.videoWidth;
  }, setting);
  console.log(`seen on program ${wide} pixels wide`);
  assert(wide >= 1280, `the program shows ${wide} pixels across`);
  if (setting.protocol) {
    const protocols = await page.evaluate(async () => {
      const used = async (peer) => {
        const stats = await peer.getStats();
        const transport = [...stats.values()].find((row) => row.type === 'transport');
        const local = stats.get(stats.get(transport.selectedCandidatePairId).localCandidateId);
        return local.protocol;
      };
      return [await used(window.publisher), await used(window.watcher)];
    });
    console.log(`published over ${protocols[0]}, watched over ${protocols[1]}`);
    assert(protocols.every((protocol) => protocol === setting.protocol), `used ${protocols}`);
  }
} finally {
  await browser.close();
}
