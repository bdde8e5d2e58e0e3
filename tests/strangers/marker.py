"""The block code of mcu/block-code, and the tones of sites: what a stranger draws and plays, reads and hears."""
import array
import json
import math
import urllib.request

WIDTH, HEIGHT, FPS = 640, 360, 15
RATE_HZ = 48_000
SITES = 13
#: That of the rehearsal terminals.
AMPLITUDE = 2_000


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


def grey(stride, site, count):
    """A grey luma plane with the site's marker and a running number."""
    luma = bytearray(b"\x60") * (stride * HEIGHT)
    draw(luma, stride, WIDTH, site << 11 | count % 2048)
    return luma


def look(luma, stride, width, height, area):
    """Site and frame number read in an area given per-mille; None where there is no marker."""
    place = [(part * whole // 1000) & ~1 for part, whole in zip(area, (width, height, width))]
    payload = read(luma, stride, *place)
    return None if payload is None else [payload >> 11, payload & 0x7FF]


def tone_hz(site):
    return 300 + 110 * site


def strength(samples, frequency_hz):
    """Amplitude of a tone, by Goertzel's algorithm."""
    coefficient, s1, s2 = 2 * math.cos(math.tau * frequency_hz / RATE_HZ), 0.0, 0.0
    for sample in samples:
        s1, s2 = sample + coefficient * s1 - s2, s1
    return 2 * math.sqrt(max(0.0, s1 * s1 + s2 * s2 - coefficient * s1 * s2)) / max(1, len(samples))


def post(url, token, offer):
    request = urllib.request.Request(url, offer.encode(), {"Content-Type": "application/sdp", "Authorization": f"Bearer {token}"}, method="POST")
    with urllib.request.urlopen(request, timeout=5) as response:
        assert response.status == 201 and response.headers["Location"], response.status
        return response.read().decode()


def tone(site, first, count):
    """Samples of the site's tone as bytes, little-endian."""
    step = math.tau * tone_hz(site) / RATE_HZ
    return array.array("h", (round(AMPLITUDE * math.sin(step * (at % RATE_HZ))) for at in range(first, first + count))).tobytes()


def tell(looks, samples):
    """One line of what was seen, and which sites' tones were heard in the last second."""
    tail = samples[-RATE_HZ:]
    print(json.dumps({"frames": len(looks), "looks": looks, "tones": [round(strength(tail, tone_hz(site))) for site in range(SITES)]}), flush=True)
