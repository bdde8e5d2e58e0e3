"""aiortc as a stranger at our doors: publishes a marked picture and a tone by WHIP, or watches by WHEP, reads markers and hears tones.

publish URL TOKEN SITE_NUMBER SECONDS
watch URL TOKEN SECONDS X Y W     (area in per-mille; prints one JSON line with what was read)
"""
import array
import asyncio
import fractions
import sys
import time

from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription, VideoStreamTrack
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame, VideoFrame

from marker import FPS, HEIGHT, RATE_HZ, WIDTH, grey, look, post, tell, tone

#: Samples in 20 ms.
BLOCK = RATE_HZ // 50


class Marked(VideoStreamTrack):
    """A grey picture with the site's marker and a running number."""

    def __init__(self, site):
        super().__init__()
        self.site, self.count, self.started = site, 0, time.time()

    async def recv(self):
        await asyncio.sleep(max(0, self.started + self.count / FPS - time.time()))
        frame = VideoFrame(WIDTH, HEIGHT, "yuv420p")
        frame.planes[0].update(bytes(grey(frame.planes[0].line_size, self.site, self.count)))
        for plane in frame.planes[1:]:
            plane.update(b"\x80" * plane.buffer_size)
        frame.pts, frame.time_base = self.count, fractions.Fraction(1, FPS)
        self.count += 1
        return frame


class Tone(MediaStreamTrack):
    """The site's tone."""

    kind = "audio"

    def __init__(self, site):
        super().__init__()
        self.site, self.count, self.started = site, 0, time.time()

    async def recv(self):
        await asyncio.sleep(max(0, self.started + self.count / RATE_HZ - time.time()))
        frame = AudioFrame(format="s16", layout="mono", samples=BLOCK)
        frame.planes[0].update(tone(self.site, self.count, BLOCK))
        frame.pts, frame.sample_rate, frame.time_base = self.count, RATE_HZ, fractions.Fraction(1, RATE_HZ)
        self.count += BLOCK
        return frame


async def join(peer, url, token):
    await peer.setLocalDescription(await peer.createOffer())
    answer = await asyncio.to_thread(post, url, token, peer.localDescription.sdp)
    await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))


async def publish(url, token, site, seconds):
    peer = RTCPeerConnection()
    peer.addTrack(Marked(site))
    peer.addTrack(Tone(site))
    await join(peer, url, token)
    await asyncio.sleep(seconds)
    await peer.close()


async def watch(url, token, seconds, *area):
    peer, looks, samples = RTCPeerConnection(), [], array.array("h")
    peer.addTransceiver("video", "recvonly")
    peer.addTransceiver("audio", "recvonly")

    async def take(track):
        try:
            while True:
                frame = await track.recv()
                if track.kind == "video":
                    luma = memoryview(bytes(frame.planes[0]))
                    looks.append(look(luma, frame.planes[0].line_size, frame.width, frame.height, area))
                else:
                    # Interleaved; one channel is enough.
                    samples.frombytes(bytes(frame.planes[0])[:frame.samples * 2 * len(frame.layout.channels)])
        except MediaStreamError:
            pass

    @peer.on("track")
    def on_track(track):
        asyncio.ensure_future(take(track))

    await join(peer, url, token)
    await asyncio.sleep(seconds)
    await peer.close()
    tell(looks, samples[::2])


def main():
    what, url, token, *rest = sys.argv[1:]
    numbers = [int(number) for number in rest]
    asyncio.run(publish(url, token, *numbers) if what == "publish" else watch(url, token, *numbers))


main()
