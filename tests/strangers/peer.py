"""aiortc as a stranger at our doors: publishes a marked picture by WHIP, or watches by WHEP and reads markers.

publish URL TOKEN SITE_NUMBER SECONDS
watch URL TOKEN SECONDS X Y W     (area in per-mille; prints one JSON line with what was read)
"""
import asyncio
import fractions
import json
import sys
import time
import urllib.request

from aiortc import RTCPeerConnection, RTCSessionDescription, VideoStreamTrack
from aiortc.contrib.media import MediaBlackhole
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError
from av import VideoFrame

WIDTH, HEIGHT, FPS = 640, 360, 15


def check_of(payload):
    crc = 0xFFFF ^ payload
    for _ in range(16):
        crc = ((crc << 1) ^ 0x1021) & 0xFFFF if crc & 0x8000 else (crc << 1) & 0xFFFF
    return crc


def edge(index, width):
    return (index + 1) * width // 40


def draw(luma, stride, width, payload):
    for row, word in enumerate((payload, check_of(payload))):
        for column in range(16):
            value = 235 if word & (0x8000 >> column) else 16
            run = bytes([value]) * (edge(column + 1, width) - edge(column, width))
            for y in range(edge(row, width), edge(row + 1, width)):
                start = y * stride + edge(column, width)
                luma[start:start + len(run)] = run


def read(luma, stride, x0, y0, width):
    words = [0, 0]
    for row in range(2):
        for column in range(16):
            x = x0 + (edge(column, width) + edge(column + 1, width)) // 2
            y = y0 + (edge(row, width) + edge(row + 1, width)) // 2
            words[row] = words[row] << 1 | (luma[y * stride + x] > 126)
    return words[0] if words[1] == check_of(words[0]) else None


class Marked(VideoStreamTrack):
    """A grey picture with the site's marker and a running number."""

    def __init__(self, site):
        super().__init__()
        self.site, self.count, self.started = site, 0, time.time()

    async def recv(self):
        await asyncio.sleep(max(0, self.started + self.count / FPS - time.time()))
        frame = VideoFrame(WIDTH, HEIGHT, "yuv420p")
        luma = bytearray(b"\x60") * (frame.planes[0].line_size * HEIGHT)
        draw(luma, frame.planes[0].line_size, WIDTH, self.site << 11 | self.count % 2048)
        frame.planes[0].update(bytes(luma))
        for plane in frame.planes[1:]:
            plane.update(b"\x80" * plane.buffer_size)
        frame.pts, frame.time_base = self.count, fractions.Fraction(1, FPS)
        self.count += 1
        return frame


def post(url, token, offer):
    request = urllib.request.Request(url, offer.encode(), {"Content-Type": "application/sdp", "Authorization": f"Bearer {token}"}, method="POST")
    with urllib.request.urlopen(request, timeout=5) as response:
        assert response.status == 201 and response.headers["Location"], response.status
        return response.read().decode()


async def join(peer, url, token):
    await peer.setLocalDescription(await peer.createOffer())
    answer = await asyncio.to_thread(post, url, token, peer.localDescription.sdp)
    await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))


async def publish(url, token, site, seconds):
    peer = RTCPeerConnection()
    peer.addTrack(Marked(site))
    peer.addTrack(AudioStreamTrack())
    await join(peer, url, token)
    await asyncio.sleep(seconds)
    await peer.close()


async def watch(url, token, seconds, x, y, w):
    peer, looks, sound = RTCPeerConnection(), [], MediaBlackhole()
    peer.addTransceiver("video", "recvonly")
    peer.addTransceiver("audio", "recvonly")

    async def look(track):
        try:
            while True:
                frame = await track.recv()
                stride = frame.planes[0].line_size
                place = [(part * whole // 1000) & ~1 for part, whole in ((x, frame.width), (y, frame.height), (w, frame.width))]
                payload = read(memoryview(bytes(frame.planes[0])), stride, *place)
                looks.append(None if payload is None else [payload >> 11, payload & 0x7FF])
        except MediaStreamError:
            pass

    @peer.on("track")
    def on_track(track):
        if track.kind == "video":
            asyncio.ensure_future(look(track))
        else:
            sound.addTrack(track)

    await join(peer, url, token)
    await sound.start()
    await asyncio.sleep(seconds)
    await peer.close()
    print(json.dumps({"frames": len(looks), "looks": looks}))


def main():
    what, url, token, *rest = sys.argv[1:]
    numbers = [int(number) for number in rest]
    asyncio.run(publish(url, token, *numbers) if what == "publish" else watch(url, token, *numbers))


main()
