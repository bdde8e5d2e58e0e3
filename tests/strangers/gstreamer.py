"""GStreamer's webrtcbin as a stranger at our doors: publishes a marked picture and a tone by WHIP, or watches by WHEP, reads markers and hears tones.

publish URL TOKEN SITE_NUMBER SECONDS
watch URL TOKEN SECONDS X Y W     (area in per-mille; prints one JSON line with what was seen and heard)
"""
import array
import sys
import threading
import time

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import Gst, GstSdp, GstWebRTC  # noqa: E402

from marker import AMPLITUDE, FPS, HEIGHT, RATE_HZ, WIDTH, grey, look, post, tell, tone_hz  # noqa: E402

#: What is offered by the viewer: as Chromium writes it.
VIDEO = ("application/x-rtp,media=video,encoding-name=H264,clock-rate=90000,payload=96,packetization-mode=(string)1,"
         "profile-level-id=(string)42e01f,rtcp-fb-nack-pli=(boolean)true,rtcp-fb-nack=(boolean)true")
AUDIO = "application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,payload=97,encoding-params=(string)2"
PUBLISH = f"""webrtcbin name=peer bundle-policy=max-bundle
  appsrc name=picture is-live=true format=time do-timestamp=true
    caps=video/x-raw,format=I420,width={WIDTH},height={HEIGHT},framerate={FPS}/1 !
  queue ! x264enc tune=zerolatency speed-preset=ultrafast bitrate=800 key-int-max={4 * FPS} ! video/x-h264,profile=constrained-baseline !
  rtph264pay config-interval=-1 aggregate-mode=zero-latency pt=96 ! application/x-rtp,media=video,encoding-name=H264,payload=96 ! peer.
  audiotestsrc is-live=true name=tone ! audio/x-raw,rate=48000,channels=2 ! queue ! opusenc ! rtpopuspay pt=97 !
  application/x-rtp,media=audio,encoding-name=OPUS,payload=97 ! peer."""


def asked(peer, *words):
    """Emits a signal that takes a promise, and gives that, kept. What is in its reply lives no longer than the promise, whatever the bindings hold."""
    promise = Gst.Promise.new()
    peer.emit(*words, promise)
    promise.wait()
    return promise


def join(peer, url, token):
    """Offers with all candidates, as a client without trickle does."""
    made = asked(peer, "create-offer", None)
    reply = made.get_reply()
    offer = reply.get_value("offer")
    asked(peer, "set-local-description", offer)
    deadline = time.time() + 10
    while peer.get_property("ice-gathering-state") != GstWebRTC.WebRTCICEGatheringState.COMPLETE:
        assert time.time() < deadline, "candidates were not gathered"
        time.sleep(0.02)
    local = peer.get_property("local-description")
    text = post(url, token, local.sdp.as_text())
    _, sdp = GstSdp.SDPMessage.new_from_text(text)
    answer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, sdp)
    asked(peer, "set-remote-description", answer)


def run(pipeline, peer, url, token, seconds):
    """Joins when the peer wants to negotiate, and goes on for a while; an error of the pipeline ends the program."""
    wanted = threading.Event()
    peer.connect("on-negotiation-needed", lambda _: wanted.set())
    pipeline.set_state(Gst.State.PLAYING)
    assert wanted.wait(10), "nothing to negotiate"
    join(peer, url, token)
    message = pipeline.get_bus().timed_pop_filtered(seconds * Gst.SECOND, Gst.MessageType.ERROR)
    assert message is None, message.parse_error()
    print(f"connection {peer.get_property('connection-state').value_nick}", file=sys.stderr)


def publish(url, token, site, seconds):
    pipeline = Gst.parse_launch(PUBLISH)
    peer, picture = pipeline.get_by_name("peer"), pipeline.get_by_name("picture")
    source = pipeline.get_by_name("tone")
    source.set_property("freq", tone_hz(site))
    source.set_property("volume", AMPLITUDE / 32_768)
    for index in range(2):
        peer.emit("get-transceiver", index).set_property("direction", GstWebRTC.WebRTCRTPTransceiverDirection.SENDONLY)

    def draw():
        chroma, started, count = b"\x80" * (WIDTH * HEIGHT // 2), time.time(), 0
        while picture.emit("push-buffer", Gst.Buffer.new_wrapped(bytes(grey(WIDTH, site, count)) + chroma)) == Gst.FlowReturn.OK:
            count += 1
            time.sleep(max(0, started + count / FPS - time.time()))

    threading.Thread(target=draw, daemon=True).start()
    run(pipeline, peer, url, token, seconds)
    pipeline.set_state(Gst.State.NULL)


def watch(url, token, seconds, *area):
    pipeline, looks, samples = Gst.Pipeline.new(), [], array.array("h")
    peer = Gst.ElementFactory.make("webrtcbin", "peer")
    peer.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
    pipeline.add(peer)
    for caps in (VIDEO, AUDIO):
        peer.emit("add-transceiver", GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY, Gst.Caps.from_string(caps))

    def take(sink):
        sample = sink.emit("pull-sample")
        buffer, form = sample.get_buffer(), sample.get_caps().get_structure(0)
        content = buffer.extract_dup(0, buffer.get_size())
        if form.get_name() == "video/x-raw":
            width, height = form.get_value("width"), form.get_value("height")
            looks.append(look(content, (width + 3) & ~3, width, height, area))
        else:
            samples.frombytes(content)
        return Gst.FlowReturn.OK

    def on_pad(_, pad):
        if pad.get_direction() != Gst.PadDirection.SRC:
            return
        video = pad.get_current_caps().get_structure(0).get_value("media") == "video"
        made = "rtph264depay ! avdec_h264 ! videoconvert ! video/x-raw,format=I420" if video else \
            f"rtpopusdepay ! opusdec ! audioconvert ! audioresample ! audio/x-raw,format=S16LE,rate={RATE_HZ},channels=1"
        bin = Gst.parse_bin_from_description(f"queue ! {made} ! appsink name=sink emit-signals=true sync=false", True)
        bin.get_by_name("sink").connect("new-sample", take)
        pipeline.add(bin)
        bin.sync_state_with_parent()
        pad.link(bin.get_static_pad("sink"))

    peer.connect("pad-added", on_pad)
    run(pipeline, peer, url, token, seconds)
    pipeline.set_state(Gst.State.NULL)
    tell(looks, samples)


def main():
    Gst.init(None)
    what, url, token, *rest = sys.argv[1:]
    numbers = [int(number) for number in rest]
    (publish if what == "publish" else watch)(url, token, *numbers)


main()
