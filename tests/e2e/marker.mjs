// What runs inside a page: markers read from video pixels, and drawn. Whole functions, so that any browser's driver can carry them there.

/** Installs `window.readMarkers(label, areas, ms)`: markers of each decoded frame of the video with that accessible name. Areas are per-mille [x, y, w]. */
export function installReader() {
  const checkOf = (payload) => {
    let crc = 0xffff ^ payload;
    for (let step = 0; step < 16; step += 1) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
    return crc;
  };
  const readAt = (image, x0, y0, width) => {
    const edge = (index) => Math.floor(((index + 1) * width) / 40);
    const words = [0, 0];
    for (let row = 0; row < 2; row += 1) {
      for (let column = 0; column < 16; column += 1) {
        const x = x0 + ((edge(column) + edge(column + 1)) >> 1);
        const y = y0 + ((edge(row) + edge(row + 1)) >> 1);
        const at = (y * image.width + x) * 4;
        words[row] = (words[row] << 1) | (image.data[at + 1] > 128 ? 1 : 0);
      }
    }
    return words[1] === checkOf(words[0]) ? { site: words[0] >> 11, frame: words[0] & 0x7ff, payload: words[0] } : null;
  };
  const videoOf = (label) => [...document.querySelectorAll('video')].find((video) => video.getAttribute('aria-label') === label);
  window.readMarkers = (label, areas, ms) =>
    new Promise((resolve) => {
      const video = videoOf(label);
      if (!video || video.videoWidth === 0) { resolve([]); return; }
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [320, 32];
      const context = canvas.getContext('2d', { willReadFrequently: true });
      const looks = [];
      const started = performance.now();
      let over = false;
      const onFrame = () => {
        if (over) return;
        // Only the rows that carry codes are read back: a whole picture per frame would slow the decoder down.
        const markers = areas.map(([x, y, w]) => {
          const [left, top, width] = [Math.floor((x * video.videoWidth) / 1000) & ~1, Math.floor((y * video.videoHeight) / 1000) & ~1, Math.floor((w * video.videoWidth) / 1000) & ~1];
          // Eight pixels a block are enough to read, and cost little beside the decoding of three pictures.
          context.drawImage(video, left, top, width, width / 10, 0, 0, 320, 32);
          return readAt(context.getImageData(0, 0, 320, 32), 0, 0, 320);
        });
        looks.push({ at: Date.now(), markers });
        video.requestVideoFrameCallback(onFrame);
      };
      video.requestVideoFrameCallback(onFrame);
      setTimeout(() => { over = true; resolve(looks); }, ms - (performance.now() - started));
    });
  window.pictureSpread = (label) => {
    const video = videoOf(label);
    if (!video || video.videoWidth === 0) return 0;
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [64, 36];
    const context = canvas.getContext('2d');
    context.drawImage(video, 0, 0, 64, 36);
    const { data } = context.getImageData(0, 0, 64, 36);
    let [least, most] = [255, 0];
    for (let at = 1; at < data.length; at += 4) { least = Math.min(least, data[at]); most = Math.max(most, data[at]); }
    return most - least;
  };
}

/** Installs `window.markedCanvas(site, fps)`: a stream of a grey picture with the site's marker and a running number. */
export function installPainter() {
  const checkOf = (payload) => {
    let crc = 0xffff ^ payload;
    for (let step = 0; step < 16; step += 1) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
    return crc;
  };
  window.markedCanvas = (site, fps) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [640, 360];
    const context = canvas.getContext('2d');
    const edge = (index) => Math.floor(((index + 1) * canvas.width) / 40);
    let count = 0;
    const draw = () => {
      context.fillStyle = '#606060';
      context.fillRect(0, 0, canvas.width, canvas.height);
      const payload = (site << 11) | (count % 2048);
      [payload, checkOf(payload)].forEach((word, row) => {
        for (let column = 0; column < 16; column += 1) {
          context.fillStyle = word & (0x8000 >> column) ? '#ffffff' : '#000000';
          context.fillRect(edge(column), edge(row), edge(column + 1) - edge(column), edge(row + 1) - edge(row));
        }
      });
      count += 1;
    };
    draw();
    setInterval(draw, 1000 / fps);
    return canvas.captureStream(fps);
  };
}
